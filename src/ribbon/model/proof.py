"""What building a model twice, before and after a change, says about its data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["ChangedColumn", "DifferingRow", "Proof", "RelationProof", "RowsCompared", "Standing"]


class Standing(StrEnum):
    """How a relation came out of a proof."""

    EQUAL = "equal"
    DIFFERS = "differs"
    UNPROVABLE = "unprovable"
    NEW = "new"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """A column that is not the same on both sides. before, after: its type there, None where it is missing."""

    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class DifferingRow:
    """A row as an example. key: its key, or what of it may be shown where there is none.

    side: `before` or `after` where only one side has it, else `both`. values: of the columns that differ, before and
    after. All values are texts; None is null, and those of restricted columns are masked.
    """

    key: Mapping[str, str | None]
    side: str
    values: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowsCompared:
    """Two tables, row by row.

    key: the columns by which rows were matched; empty where they were compared as multisets. before, after: how many
    rows there are. only_before, only_after: how many have no counterpart. changed: how many keys have other values.
    differing: of how many keys the values differ, by column. columns: those that are missing on one side
    or have another type. notes: what else is not the same, without being a difference of data.
    """

    before: int
    after: int
    key: tuple[str, ...] = ()
    only_before: int = 0
    only_after: int = 0
    changed: int = 0
    differing: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[ChangedColumn, ...] = ()
    examples: tuple[DifferingRow, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the same rows with the same columns are on both sides, in whatever order."""
        return not (self.only_before or self.only_after or self.changed or self.columns)


@dataclass(frozen=True, slots=True)
class RelationProof:
    """One relation. name: `schema.identifier`, as it is after; was: the name it had before, where that is another.

    reason: why it cannot be proven, or what else there is to say. rows: None where nothing was compared. failed:
    whether it could not be built after the change.
    """

    name: str
    standing: Standing
    unique_id: str
    reason: str = ""
    was: str | None = None
    rows: RowsCompared | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """Every relation that a change touches. before, after: the states, as the caller names them.

    tolerance: how far two floats may be apart, relative to the larger one. left_out: relations that the change touches
    and that nobody asked about.
    """

    before: str
    after: str
    tolerance: float
    relations: tuple[RelationProof, ...]
    left_out: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether no relation that is on both sides differs or is in doubt."""
        return not (self.of(Standing.DIFFERS) or self.of(Standing.UNPROVABLE))

    @property
    def builds(self) -> bool:
        """Whether everything could be built after the change."""
        return not any(each.failed for each in self.relations)

    def of(self, standing: Standing) -> tuple[RelationProof, ...]:
        """The relations of one standing."""
        return tuple(each for each in self.relations if each.standing is standing)
