"""Column lineage: where the columns of a query come from."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Asked", "ColumnLineage", "ColumnName", "Kind", "Origin", "QueryLineage", "Role", "RowOrigin", "Unresolved"]


class Kind(StrEnum):
    """How a column is made, from the least to the most processing."""

    CONSTANT = "constant"  # from no column: a literal, the clock, a generated number
    COPIED = "copied"
    RENAMED = "renamed"
    COMPUTED = "computed"
    AGGREGATED = "aggregated"

    @property
    def weight(self) -> int:
        """Of several steps in a row, the heaviest gives the kind of the whole."""
        return _WEIGHTS[self]


_WEIGHTS = {kind: weight for weight, kind in enumerate(Kind)}


class Role(StrEnum):
    """How a column decides which rows there are, without being part of their values."""

    FILTERED = "filtered by"  # where, having, qualify, exists, the right side of except and intersect
    JOINED = "joined on"  # on, using, an array that is unnested
    GROUPED = "grouped by"  # group by, distinct, union without all, the columns that a pivot keeps
    LIMITED = "limited by"  # the order of a limit, of distinct on


@dataclass(frozen=True, slots=True, order=True)
class ColumnName:
    """A column of a relation. relation: dbt's unique id, or the name in the SQL if it is not a node."""

    relation: str
    column: str

    def __str__(self) -> str:
        """relation.column."""
        return f"{self.relation}.{self.column}"


@dataclass(frozen=True, slots=True)
class Origin:
    """A column that another is made from.

    kind: what the query does to it. expressions: the SQL that does it, from the outermost select inwards; empty if
    it is copied or renamed.
    """

    column: ColumnName
    kind: Kind
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnLineage:
    """An output column of a query, and what its values depend on.

    kind: the heaviest step in making it, also for `count(*)` without an origin. expression: the outermost SQL that
    makes it, empty if it is copied or renamed.
    """

    name: str
    kind: Kind
    origins: tuple[Origin, ...] = ()
    expression: str = ""


@dataclass(frozen=True, slots=True)
class RowOrigin:
    """A column that decides which rows a query returns. expression: the condition or key that uses it."""

    column: ColumnName
    role: Role
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Something that could not be resolved, and why. column: of the result, None for the whole query."""

    column: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What resolving a query looked up in the schema of a relation.

    columns: the names it looked up, whether or not they were found; None if it read the whole list, as `select *`
    does.
    """

    relation: str
    columns: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class QueryLineage:
    """The output columns of a query, in order, and what its rows depend on.

    complete: whether `columns` is the full list; it is not after `select *` from a relation of unknown columns.
    """

    columns: tuple[ColumnLineage, ...] = ()
    rows: tuple[RowOrigin, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    asked: tuple[Asked, ...] = ()
    complete: bool = True
