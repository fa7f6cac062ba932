"""Who uses what changed, and how far a change reaches downstream."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ribbon.evolve.impact.change import Change, Effect, RelationChange, TouchedRelation, TouchedUse, What
from ribbon.evolve.impact.states import AnalysedState
from ribbon.lineage.impact import impact, uses_of
from ribbon.lineage.walks import relations_below
from ribbon.model import ColumnName
from ribbon.usage import Usage

__all__ = ["Reach", "Users", "reach_of"]


@dataclass(frozen=True, slots=True)
class LoggedUse:
    """Logged queries, and the people who sent them, in the most frequent role."""

    queries: int = 0
    people: int = 0

    def described(self) -> Iterator[str]:
        """The queries in words, if there are any."""
        if self.queries:
            people = f" of {_counted(self.people, 'person', 'people')}" if self.people else ""
            yield f"{_counted(self.queries, 'logged query', 'logged queries')}{people}"


@dataclass(frozen=True)
class Users:
    """The users of relations in the state before, in words; models count if the state after still reads them."""

    before: AnalysedState
    after: AnalysedState
    usage: Usage

    def of_column(self, key: str, column: str) -> tuple[str, ...]:
        """The users of a column of the state before that is removed."""
        logged = self.columns.get((key, column), LoggedUse())
        still = (f"{self.after.label(reader)} (its SQL still names it)" for reader in self.still_reading(key, column))
        return (*still, *self._exposures(key), *logged.described())

    def outside(self, key: str) -> tuple[str, ...]:
        """The users of a relation in the state before, other than models."""
        logged = self._relations.get(key, LoggedUse())
        return (*self._exposures(key), *logged.described())

    def of_relation(self, key: str, now: str) -> tuple[str, ...]:
        """What reads the relation in the state after, or from outside."""
        return (*map(self.after.label, self.after.graph.children(now)), *self.outside(key))

    def models_of(self, now: str, column: str) -> tuple[str, ...]:
        """The models in the state after that use a column."""
        return tuple(map(self.after.label, _readers(self.after, ColumnName(now, column))))

    def still_reading(self, key: str, column: str) -> tuple[str, ...]:
        """The models that used a column, and whose SQL still names it though it is removed."""
        name = ColumnName(key, column)
        readers = _readers(self.before, name)
        return tuple(each for each in readers if each in self.after.graph.nodes and self._names(each, column))

    @cached_property
    def columns(self) -> Mapping[tuple[str, str], LoggedUse]:
        """The logs, by relation and column in lower case."""
        found: dict[tuple[str, str], LoggedUse] = {}
        for each in self.usage.by_column():
            key = (each.relation, each.column.casefold())
            known = found.get(key, LoggedUse())
            found[key] = LoggedUse(max(known.queries, each.queries), max(known.people, each.people))
        return found

    @cached_property
    def _relations(self) -> Mapping[str, LoggedUse]:
        return {each.relation: LoggedUse(each.queries, each.people) for each in self.usage.by_relation()}

    def _names(self, reader: str, column: str) -> bool:
        """Whether SQL that could not be fully read names the column; other SQL names only what exists."""
        if self.after.logic.whole(reader) is not None:
            return False
        queries = self.after.node(reader).project.queries
        return any(re.search(rf"(?i)\b{re.escape(column)}\b", sql) for sql in queries)

    def _exposures(self, key: str) -> Iterator[str]:
        for exposure in self.before.graph.exposures:
            if key in exposure.depends_on:
                yield f"{exposure.type} {exposure.label}"


def _readers(state: AnalysedState, column: ColumnName) -> dict[str, None]:
    """The models whose values are computed from a column, or whose rows it decides."""
    values = (reader.column.relation for reader in state.graph.readers(column))
    rows = (reader.relation for reader in state.graph.row_readers(column))
    return dict.fromkeys(key for key in (*values, *rows) if key != column.relation)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


OF_COLUMNS = frozenset({What.MEANING, What.RETYPED})
OF_ROWS = frozenset({What.ROWS, What.GRAIN, What.LATER_RUNS, What.UNREAD, What.SETTING})
GONE = frozenset({What.REMOVED, What.RENAMED})


@dataclass
class Reach:
    """Columns by relation, and relations, that a change reaches in the lineage of a state."""

    state: AnalysedState
    columns: dict[str, dict[str, None]] = field(default_factory=dict)
    rows: dict[str, None] = field(default_factory=dict)

    def from_column(self, column: ColumnName) -> None:
        """Add a column and all that depends on it."""
        found = impact(self.state.graph, column)
        for each in (column, *(step.column for step in found.values)):
            self.columns.setdefault(each.relation, {})[each.column.casefold()] = None
        self.rows |= dict.fromkeys((*(step.relation for step in found.rows), *found.following))

    def from_rows(self, relation: str) -> None:
        """Add a relation and all that reads it."""
        self.rows |= dict.fromkeys((relation, *relations_below(self.state.graph, relation)))

    def relations(self, logged: Mapping[tuple[str, str], LoggedUse]) -> Iterator[TouchedRelation]:
        """The relations reached. logged: the logs by relation and column."""
        for key in dict.fromkeys((*self.columns, *self.rows)):
            if key in self.state.graph.nodes:
                project = self.state.node(key).project
                columns = tuple(self.columns.get(key, ()))
                touched = self.state.columns(key) if key in self.rows else columns
                queries = {name: logged[key, name].queries for name in touched if (key, name) in logged}
                yield TouchedRelation(
                    project.label, project.layer.value, project.use_case, columns, key in self.rows, queries
                )

    def uses(self) -> Iterator[TouchedUse]:
        """The exposures reached."""
        for use in uses_of(self.state.graph, set(self.columns), set(self.rows)):
            each = use.exposure
            through = tuple(map(self.state.label, use.relations))
            yield TouchedUse(
                each.name, each.type, each.label, each.owner, each.url, each.use_case, through, use.by_values
            )


def reach_of(users: Users, changes: Iterable[RelationChange]) -> tuple[Reach, Reach]:
    """How far changes reach: in the state before for what is removed, in the state after for everything else."""
    gone, now = Reach(users.before), Reach(users.after)
    for each in changes:
        if each.before and each.after is None:
            gone.rows[each.before] = None  # that its readers no longer read it is a change of theirs
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
    """A removed column reaches the models that still read it; that others no longer do is a change of theirs."""
    if not change.column or change.what not in GONE:
        return
    column = change.before or change.column
    gone.columns.setdefault(old, {})[column] = None
    if users.still_reading(old, column):
        gone.from_column(ColumnName(old, column))
