"""One relation before and after a change, and what that means for those who use it."""

from collections.abc import Iterator
from dataclasses import dataclass

from ribbon.dbt.same_sql import same_sql
from ribbon.evolve.impact.alike import Alike, Alikes
from ribbon.evolve.impact.change import Change, Effect, RelationChange, What
from ribbon.evolve.impact.judging import Judging, used
from ribbon.evolve.impact.logic import changed_columns, changed_rows, grain, renamed
from ribbon.evolve.impact.promises import changed_promises
from ribbon.evolve.impact.settings import changed_settings
from ribbon.evolve.impact.side import Side
from ribbon.evolve.impact.users import Users
from ribbon.evolve.proving.touched import Pair
from ribbon.sql.canonical import Logic, Reading

__all__ = ["Comparing"]


@dataclass(frozen=True)
class Comparing:
    """Compares relations of two states, upstream ones first: what is found of one is how its readers are read."""

    users: Users
    ours: Alikes
    theirs: Alikes

    @classmethod
    def between(cls, before: Side, after: Side, users: Users) -> "Comparing":
        """With nothing compared yet."""
        return cls(users, Alikes(before, after), Alikes(after, before))

    @property
    def before(self) -> Side:
        """The state before."""
        return self.ours.side

    @property
    def after(self) -> Side:
        """The state after."""
        return self.theirs.side

    def of(self, pair: Pair) -> RelationChange:
        """All that is other of a relation."""
        if pair.before is None:
            return self._told(pair, [Change(What.RELATION_ADDED)])
        if pair.after is None:
            return self._told(pair, [used(Change(What.RELATION_REMOVED), self.users.outside(pair.before))])
        return self._told(pair, list(self._changes(pair.before, pair.after)))

    def promised(self, key: str) -> RelationChange:
        """What is promised otherwise of a relation that is made of the same on both sides."""
        judging = Judging(self.before, self.after, self.users, key, key)
        changes = [*self._of_key(judging), *changed_promises(self.before, key, self.after, key)]
        return self._told(Pair(key, key), changes)

    def _told(self, pair: Pair, changes: list[Change]) -> RelationChange:
        side, key = (self.after, pair.after) if pair.after else (self.before, pair.before or "")
        was = self.before.label(pair.before) if pair.before else None
        name = side.label(key)
        ordered = sorted(changes, key=lambda change: list(Effect).index(change.effect))
        file = side.node(key).project.file
        return RelationChange(name, pair.before, pair.after, file, tuple(ordered), None if was == name else was)

    def _changes(self, old: str, new: str) -> Iterator[Change]:
        places = _place(self.before, old), _place(self.after, new)
        if places[0] != places[1]:
            yield used(Change(What.RELATION_RENAMED, None, *places), self.users.outside(old))
        judging = Judging(self.before, self.after, self.users, old, new)
        yield from self._of_sql(judging)
        yield from changed_settings(self.before, old, self.after, new)
        yield from changed_promises(self.before, old, self.after, new)

    def _of_sql(self, judging: Judging) -> Iterator[Change]:
        old, new = judging.old, judging.new
        one, other = self.ours.reading(old), self.theirs.reading(new)
        read = one is not None and other is not None
        names = renamed(_last(one), _last(other)) if one and other else {}
        found = list(self._of_logic(judging, one, other)) if one and other else []
        told = {(change.what, change.column) for change in found}
        found += [change for change in judging.listed(names) if (change.what, change.column) not in told]
        if What.GRAIN not in {change.what for change in found}:
            found += self._of_key(judging)
        self._note(old, new, names)
        yield from found
        if not self._same_text(old, new) and not (read and found):
            yield Change(What.SAME_LOGIC) if read else self._unread(old, new)

    def _of_logic(self, judging: Judging, one: Reading, other: Reading) -> Iterator[Change]:
        """Columns that are made of other rows alone go without saying where all rows are others."""
        rows = changed_rows(one, other)
        columns = changed_columns(_last(one), _last(other))
        later = None if rows else self._later(judging, same_columns=_last(one).whole == _last(other).whole)
        if later:
            yield Change(What.LATER_RUNS, None, "", later, Effect.VALUES)
        if rows:
            yield judging.of_logic(rows)
        for change in columns:
            if rows is None or change.what is What.RETYPED or change.before != change.after:
                yield judging.of_logic(change)

    def _of_key(self, judging: Judging) -> Iterator[Change]:
        """The key that the project declares; one that is new, or gone, is told by the expectation that says it."""
        keys = [
            side.state.key_of(key, list(side.columns(key)))
            for side, key in ((self.before, judging.old), (self.after, judging.new))
        ]
        if all(keys) and set(keys[0]) != set(keys[1]):
            yield judging.of_logic(Change(What.GRAIN, None, grain(keys[0]), grain(keys[1]), Effect.VALUES))

    def _note(self, old: str, new: str, names: dict[str, str]) -> None:
        """Readers of the relation are read in the names that it had before."""
        columns = {name: names.get(name, name) for name in self.after.columns(new)}
        self.theirs.known[new] = Alike(old, columns)
        if old != new:
            self.ours.known[old] = Alike(old, {})

    def _unread(self, old: str, new: str) -> Change:
        sides = ((self.before, old), (self.after, new))
        reasons = {
            side.middle.unread.get(key, "there is no SQL of it") for side, key in sides if not side.middle.whole(key)
        }
        return Change(What.UNREAD, None, "", "; ".join(sorted(reasons)), Effect.VALUES)

    def _same_text(self, old: str, new: str) -> bool:
        before, after = (
            side.node(key).project.queries or (side.state.nodes[key].raw_code or "",)
            for side, key in ((self.before, old), (self.after, new))
        )
        return len(before) == len(after) and all(map(same_sql, before, after))

    def _later(self, judging: Judging, *, same_columns: bool) -> str:
        """What is other of the query of an incremental model that is there already; empty where nothing is.

        same_columns: whether the query of its first build means the same.
        """
        old, new = judging.old, judging.new
        ours, theirs = self.before.node(old).project.queries[1:], self.after.node(new).project.queries[1:]
        if not ours or not theirs or all(map(same_sql, ours, theirs)):
            return ""
        one, other = self.ours.later(old), self.theirs.later(new)
        if one is None or other is None:
            return "what a later run selects cannot be compared"
        if one.rows == other.rows and (one.whole == other.whole or not same_columns):
            return ""
        return "what a later run selects is chosen otherwise"


def _place(side: Side, key: str) -> str:
    """Where readers find it in the database."""
    return ".".join(side.node(key).project.path).casefold()


def _last(reading: Reading) -> Logic:
    """The logic of the whole query."""
    return reading.queries[-1].logic
