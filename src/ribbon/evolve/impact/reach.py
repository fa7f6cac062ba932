"""How far a change reaches: columns and rows downstream, and the uses at the end."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ribbon.evolve.impact.change import Change, Effect, RelationChange, TouchedRelation, TouchedUse, What
from ribbon.evolve.impact.side import Side
from ribbon.evolve.impact.users import Asked, Users
from ribbon.lineage.impact import impact, uses_of
from ribbon.lineage.walks import relations_below
from ribbon.model import ColumnName

__all__ = ["Reach", "reach_of"]

OF_COLUMNS = frozenset({What.MEANING, What.RETYPED})
OF_ROWS = frozenset({What.ROWS, What.GRAIN, What.LATER_RUNS, What.UNREAD, What.SETTING})
GONE = frozenset({What.REMOVED, What.RENAMED})


@dataclass
class Reach:
    """Columns by relation, and relations, that a change reaches in the lineage of a state."""

    side: Side
    columns: dict[str, dict[str, None]] = field(default_factory=dict)
    rows: dict[str, None] = field(default_factory=dict)

    def from_column(self, column: ColumnName) -> None:
        """All that depends on a column, and the column itself."""
        found = impact(self.side.graph, column)
        for each in (column, *(step.column for step in found.values)):
            self.columns.setdefault(each.relation, {})[each.column.casefold()] = None
        self.rows |= dict.fromkeys((*(step.relation for step in found.rows), *found.following))

    def from_rows(self, relation: str) -> None:
        """All that reads a relation, and the relation itself."""
        self.rows |= dict.fromkeys((relation, *relations_below(self.side.graph, relation)))

    def relations(self, asked: Mapping[tuple[str, str], Asked]) -> Iterator[TouchedRelation]:
        """What is reached. asked: the logs by relation and column."""
        for key in dict.fromkeys((*self.columns, *self.rows)):
            if key in self.side.graph.nodes:
                project = self.side.node(key).project
                columns = tuple(self.columns.get(key, ()))
                told = self.side.columns(key) if key in self.rows else columns
                queries = {name: asked[key, name].queries for name in told if (key, name) in asked}
                yield TouchedRelation(
                    project.label, project.layer.value, project.use_case, columns, key in self.rows, queries
                )

    def uses(self) -> Iterator[TouchedUse]:
        """The exposures at the end."""
        for use in uses_of(self.side.graph, set(self.columns), set(self.rows)):
            each = use.exposure
            through = tuple(map(self.side.label, use.relations))
            yield TouchedUse(
                each.name, each.type, each.label, each.owner, each.url, each.use_case, through, use.by_values
            )


def reach_of(users: Users, changes: Iterable[RelationChange]) -> tuple[Reach, Reach]:
    """How far changes reach in the state before, for what is gone, and in the state after for all else."""
    gone, now = Reach(users.before), Reach(users.after)
    for each in changes:
        if each.before and each.after is None:
            gone.rows[each.before] = None  # its readers no longer read it, which is a change of theirs
        for change in each.changes:
            if each.before and each.after:
                _follow(now, each.after, change)
                _follow_gone(gone, users, each.before, change)
    return gone, now


def _follow(now: Reach, new: str, change: Change) -> None:
    if change.column and change.what in OF_COLUMNS:
        now.from_column(ColumnName(new, change.column))
    elif change.what in OF_ROWS and change.effect is not Effect.NONE:
        now.from_rows(new)


def _follow_gone(gone: Reach, users: Users, old: str, change: Change) -> None:
    """A column that is gone reaches those that still read it; that others no longer do is a change of theirs."""
    if not change.column or change.what not in GONE:
        return
    column = change.before or change.column
    gone.columns.setdefault(old, {})[column] = None
    if users.still_reading(old, column):
        gone.from_column(ColumnName(old, column))
