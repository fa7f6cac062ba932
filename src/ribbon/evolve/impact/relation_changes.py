"""All changes of one relation, and their effect on its users."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ribbon.dbt.same_sql import same_sql
from ribbon.evolve.impact.change import Change, Effect, RelationChange, What
from ribbon.evolve.impact.contract_changes import changed_promises, changed_settings
from ribbon.evolve.impact.logic_changes import changed_columns, changed_rows, grain, renamed, same_type, takes_all
from ribbon.evolve.impact.reach import Users
from ribbon.evolve.impact.states import AnalysedState, Counterpart, Translation
from ribbon.evolve.proof.states import Pair
from ribbon.sql.canonical import Logic, Reading

__all__ = ["RelationComparison"]


def breaking_if_used(change: Change, users: Sequence[str]) -> Change:
    """The change, which is breaking if it has users."""
    return replace(change, effect=Effect.BREAKING if users else Effect.NONE, used_by=tuple(users))


@dataclass(frozen=True)
class RelationEffects:
    """Rates the changes of one relation. old, new: its unique id in either state."""

    before: AnalysedState
    after: AnalysedState
    users: Users
    old: str
    new: str

    def rated(self, change: Change) -> Change:
        """A change in the SQL, with its effect."""
        if change.what is What.GRAIN:
            readers = self.users.of_relation(self.old, self.new)
            return breaking_if_used(change, readers) if readers else change
        return self._retyped(change) if change.what is What.RETYPED else change

    def of_columns(self, names: Mapping[str, str]) -> Iterator[Change]:
        """Columns that are added, removed, renamed or retyped. names: former names of renamed ones."""
        ours, theirs = self.before.columns(self.old), self.after.columns(self.new)
        for name, kind in theirs.items():
            was = ours.get(name)
            if name in names:
                yield breaking_if_used(Change(What.RENAMED, name, names[name], name), self._users(names[name]))
            elif name not in ours:
                yield Change(What.ADDED, name)
            elif was and kind and not same_type(was, kind):
                yield self._retyped(Change(What.RETYPED, name, was, kind))
        for name in ours:
            if name not in theirs and name not in names.values():
                yield breaking_if_used(Change(What.REMOVED, name), self._users(name))

    def _retyped(self, change: Change) -> Change:
        """A type that holds all values does no harm; another one breaks the users of the column."""
        column = change.column or ""
        before = change.before or self.before.columns(self.old).get(column) or ""
        after = change.after or self.after.columns(self.new).get(column) or ""
        retyped = replace(change, before=before, after=after, effect=Effect.VALUES)
        if before and after and takes_all(before, after):
            return replace(retyped, effect=Effect.NONE)
        users = (*self.users.models_of(self.new, column), *self._users(column))
        return breaking_if_used(retyped, users) if users and before and after else retyped

    def _users(self, column: str) -> tuple[str, ...]:
        return self.users.of_column(self.old, column)


@dataclass(frozen=True)
class RelationComparison:
    """Compares relations of two states, upstream first: what is found of one decides how its readers are read."""

    users: Users
    ours: Translation
    theirs: Translation

    @classmethod
    def between(cls, before: AnalysedState, after: AnalysedState, users: Users) -> "RelationComparison":
        """With nothing compared yet."""
        return cls(users, Translation(before, after), Translation(after, before))

    @property
    def before(self) -> AnalysedState:
        """The state before."""
        return self.ours.state

    @property
    def after(self) -> AnalysedState:
        """The state after."""
        return self.theirs.state

    def of(self, pair: Pair) -> RelationChange:
        """All changes of a relation."""
        if pair.before is None:
            return self._change(pair, [Change(What.RELATION_ADDED)])
        if pair.after is None:
            removed = Change(What.RELATION_REMOVED)
            return self._change(pair, [breaking_if_used(removed, self.users.outside(pair.before))])
        return self._change(pair, list(self._changes(pair.before, pair.after)))

    def promised(self, key: str) -> RelationChange:
        """Changes of the expectations of a relation that is made of the same in both states."""
        effects = RelationEffects(self.before, self.after, self.users, key, key)
        changes = [*self._of_key(effects), *changed_promises(self.before, key, self.after, key)]
        return self._change(Pair(key, key), changes)

    def _change(self, pair: Pair, changes: list[Change]) -> RelationChange:
        state, key = (self.after, pair.after) if pair.after else (self.before, pair.before or "")
        was = self.before.label(pair.before) if pair.before else None
        name = state.label(key)
        ordered = sorted(changes, key=lambda change: list(Effect).index(change.effect))
        file = state.node(key).project.file
        return RelationChange(name, pair.before, pair.after, file, tuple(ordered), None if was == name else was)

    def _changes(self, old: str, new: str) -> Iterator[Change]:
        places = _place(self.before, old), _place(self.after, new)
        if places[0] != places[1]:
            yield breaking_if_used(Change(What.RELATION_RENAMED, None, *places), self.users.outside(old))
        effects = RelationEffects(self.before, self.after, self.users, old, new)
        yield from self._of_sql(effects)
        yield from changed_settings(self.before, old, self.after, new)
        yield from changed_promises(self.before, old, self.after, new)

    def _of_sql(self, effects: RelationEffects) -> Iterator[Change]:
        old, new = effects.old, effects.new
        one, other = self.ours.reading(old), self.theirs.reading(new)
        read = one is not None and other is not None
        names = renamed(_last(one), _last(other)) if one and other else {}
        found = list(self._of_logic(effects, one, other)) if one and other else []
        known = {(change.what, change.column) for change in found}
        found += [change for change in effects.of_columns(names) if (change.what, change.column) not in known]
        if What.GRAIN not in {change.what for change in found}:
            found += self._of_key(effects)
        self._note(old, new, names)
        yield from found
        if not self._same_text(old, new) and not (read and found):
            yield Change(What.SAME_LOGIC) if read else self._unread(old, new)

    def _of_logic(self, effects: RelationEffects, one: Reading, other: Reading) -> Iterator[Change]:
        """Where all rows differ, columns that differ only because of that are not listed."""
        rows = changed_rows(one, other)
        columns = changed_columns(_last(one), _last(other))
        later = None if rows else self._later(effects, same_columns=_last(one).whole == _last(other).whole)
        if later:
            yield Change(What.LATER_RUNS, None, "", later, Effect.VALUES)
        if rows:
            yield effects.rated(rows)
        for change in columns:
            if rows is None or change.what is What.RETYPED or change.before != change.after:
                yield effects.rated(change)

    def _of_key(self, effects: RelationEffects) -> Iterator[Change]:
        """The declared key; one that is new or removed is reported as an expectation."""
        keys = [
            state.project.grain(key, state.columns(key))
            for state, key in ((self.before, effects.old), (self.after, effects.new))
        ]
        if all(keys) and set(keys[0]) != set(keys[1]):
            yield effects.rated(Change(What.GRAIN, None, grain(keys[0]), grain(keys[1]), Effect.VALUES))

    def _note(self, old: str, new: str, names: dict[str, str]) -> None:
        """Readers of the relation are read in the names that it had before."""
        columns = {name: names.get(name, name) for name in self.after.columns(new)}
        self.theirs.known[new] = Counterpart(old, columns)
        if old != new:
            self.ours.known[old] = Counterpart(old, {})

    def _unread(self, old: str, new: str) -> Change:
        states = ((self.before, old), (self.after, new))
        reasons = {state.logic.unread.get(key, "it has no SQL") for state, key in states if not state.logic.whole(key)}
        return Change(What.UNREAD, None, "", "; ".join(sorted(reasons)), Effect.VALUES)

    def _same_text(self, old: str, new: str) -> bool:
        before, after = (
            state.node(key).project.queries or (state.compiled.nodes[key].raw_code or "",)
            for state, key in ((self.before, old), (self.after, new))
        )
        return len(before) == len(after) and all(map(same_sql, before, after))

    def _later(self, effects: RelationEffects, *, same_columns: bool) -> str:
        """What differs in the query of an existing incremental model; empty where nothing does.

        same_columns: whether the query of its first build means the same.
        """
        old, new = effects.old, effects.new
        ours, theirs = self.before.node(old).project.queries[1:], self.after.node(new).project.queries[1:]
        if not ours or not theirs or all(map(same_sql, ours, theirs)):
            return ""
        one, other = self.ours.later(old), self.theirs.later(new)
        if one is None or other is None:
            return "what later runs select cannot be compared"
        if one.rows == other.rows and (one.whole == other.whole or not same_columns):
            return ""
        return "later runs select other rows"


def _place(state: AnalysedState, key: str) -> str:
    """Its name in the database."""
    return ".".join(state.node(key).project.path).casefold()


def _last(reading: Reading) -> Logic:
    """The logic of the whole query."""
    return reading.queries[-1].logic
