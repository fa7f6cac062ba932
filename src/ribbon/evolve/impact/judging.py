"""What a change means for those who use the relation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ribbon.evolve.impact.change import Change, Effect, What
from ribbon.evolve.impact.side import Side
from ribbon.evolve.impact.types import same_type, takes_all
from ribbon.evolve.impact.users import Users

__all__ = ["Judging", "used"]


def used(change: Change, users: Sequence[str]) -> Change:
    """The change, which breaks what somebody uses, if anybody does."""
    return replace(change, effect=Effect.BREAKING if users else Effect.NONE, used_by=tuple(users))


@dataclass(frozen=True)
class Judging:
    """Judges changes of one relation. old, new: its unique id in either state."""

    before: Side
    after: Side
    users: Users
    old: str
    new: str

    def of_logic(self, change: Change) -> Change:
        """A change that the SQL shows."""
        if change.what is What.GRAIN:
            readers = self.users.of_relation(self.old, self.new)
            return used(change, readers) if readers else change
        return self._retyped(change) if change.what is What.RETYPED else change

    def listed(self, names: Mapping[str, str]) -> Iterator[Change]:
        """Columns that come, go, change their name or their declared type. names: those before, of what is renamed."""
        ours, theirs = self.before.columns(self.old), self.after.columns(self.new)
        for name, kind in theirs.items():
            was = ours.get(name)
            if name in names:
                yield used(Change(What.RENAMED, name, names[name], name), self._users(names[name]))
            elif name not in ours:
                yield Change(What.ADDED, name)
            elif was and kind and not same_type(was, kind):
                yield self._retyped(Change(What.RETYPED, name, was, kind))
        for name in ours:
            if name not in theirs and name not in names.values():
                yield used(Change(What.REMOVED, name), self._users(name))

    def _retyped(self, change: Change) -> Change:
        """A type that takes all values is no matter; another one is where somebody uses the column."""
        column = change.column or ""
        before = change.before or self.before.columns(self.old).get(column) or ""
        after = change.after or self.after.columns(self.new).get(column) or ""
        told = replace(change, before=before, after=after, effect=Effect.VALUES)
        if before and after and takes_all(before, after):
            return replace(told, effect=Effect.NONE)
        users = (*self.users.models_of(self.new, column), *self._users(column))
        return used(told, users) if users and before and after else told

    def _users(self, column: str) -> tuple[str, ...]:
        return self.users.of_column(self.old, column)
