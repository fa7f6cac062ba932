"""Where columns come from: the nouns of lineage."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Asked", "ColumnLineage", "ColumnName", "Kind", "Origin", "QueryLineage", "Role", "RowOrigin", "Unresolved"]


class Kind(StrEnum):
    """How a column is made, from the least to the most that is done to it."""

    CONSTANT = "constant"  # from no column: a literal, the clock, a generated number
    COPIED = "copied"
    RENAMED = "renamed"
    COMPUTED = "computed"
    AGGREGATED = "aggregated"

    @property
    def weight(self) -> int:
        """Where several things are done one after the other, the heaviest names the whole."""
        return _WEIGHTS[self]


_WEIGHTS = {kind: weight for weight, kind in enumerate(Kind)}


class Role(StrEnum):
    """What a column decides about which rows there are, without a part in their values."""

    FILTERED = "filtered by"  # where, having, qualify, exists, the right side of except and intersect
    JOINED = "joined on"  # on, using, an array that is unnested
    GROUPED = "grouped by"  # group by, distinct, union without all, the columns that a pivot keeps
    LIMITED = "limited by"  # the order of a limit, of distinct on


@dataclass(frozen=True, slots=True, order=True)
class ColumnName:
    """A column of a relation. relation: dbt's unique id, or the name in the SQL where no node is meant."""

    relation: str
    column: str

    def __str__(self) -> str:
        """relation.column."""
        return f"{self.relation}.{self.column}"


@dataclass(frozen=True, slots=True)
class Origin:
    """A column that another is made from.

    kind: what the query does to it on the way. expressions: the SQL that does it, from the outermost select inwards;
    empty where it is copied or renamed.
    """

    column: ColumnName
    kind: Kind
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnLineage:
    """A column that a query gives back, and what its values depend on.

    kind: the heaviest thing that is done to make it, `count(*)` without an origin included. expression: the outermost
    SQL that makes it, empty where it is copied or renamed.
    """

    name: str
    kind: Kind
    origins: tuple[Origin, ...] = ()
    expression: str = ""


@dataclass(frozen=True, slots=True)
class RowOrigin:
    """A column that decides which rows a query gives back. expression: the condition or key that names it."""

    column: ColumnName
    role: Role
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something that could not be resolved, and why. column: of the result, None where it is the whole query."""

    column: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query's meaning took from the schema of a relation.

    columns: the names it looked up there, whether or not they were found; None where it took the whole list, as
    `select *` does.
    """

    relation: str
    columns: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class QueryLineage:
    """What a query gives back, column by column in their order, and what its rows depend on.

    complete: whether `columns` are all there are; a `select *` from a relation of unknown columns is not.
    """

    columns: tuple[ColumnLineage, ...] = ()
    rows: tuple[RowOrigin, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    asked: tuple[Asked, ...] = ()
    complete: bool = True
