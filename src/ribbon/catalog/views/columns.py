"""A column: what it is, where it comes from, who is made from it, what its values look like."""

from dataclasses import dataclass

from ribbon.catalog.views.promises import PromiseView

__all__ = ["ColumnEdge", "ColumnView", "Distribution", "ProfileView", "RowEdge"]


@dataclass(frozen=True, slots=True)
class ColumnEdge:
    """A column one step up or down. relation: its unique id. kind: copied, renamed, computed, aggregated."""

    relation: str
    column: str
    kind: str
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowEdge:
    """A column that decides which rows there are. role: filtered by, joined on, grouped by, limited by."""

    relation: str
    column: str
    role: str
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A picture of values: bars from left to right. labels and counts have the same length."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ProfileView:
    """What was measured of a column's values when the relation was last built.

    smallest, largest, top: None for a restricted column, of which no value is ever shown. null_rates: of earlier runs
    too, from 0 to 1, the oldest first.
    """

    rows: int
    nulls: int
    distinct: int | None = None
    smallest: str | None = None
    largest: str | None = None
    top: Distribution | None = None
    null_rates: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a relation. kind, expression: how its own query makes it; empty for sources and seeds.

    made_from, feeds: one step up and down. decides: relations whose rows it decides, one step down. asked: how often
    queries use it, by role (selected, filtered, joined, grouped, limited).
    """

    name: str
    data_type: str | None = None
    description: str = ""
    restricted: bool = False
    key: bool = False
    kind: str = ""
    expression: str = ""
    made_from: tuple[ColumnEdge, ...] = ()
    feeds: tuple[ColumnEdge, ...] = ()
    decides: tuple[RowEdge, ...] = ()
    promises: tuple[PromiseView, ...] = ()
    profile: ProfileView | None = None
    asked: tuple[tuple[str, int], ...] = ()
