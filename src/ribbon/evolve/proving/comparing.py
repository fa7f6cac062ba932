"""What a pair of relations amounts to, once both sides are built."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ribbon.engines.table_diff import Table, TableDiff
from ribbon.errors import WorldError
from ribbon.evolve.proving.state import State
from ribbon.evolve.proving.touched import Pair, Touched
from ribbon.evolve.proving.workplace import Built
from ribbon.model import RelationProof, RowsCompared, Standing

__all__ = ["Comparison", "said"]


@dataclass(frozen=True)
class Comparison:
    """Two files with what was built on either side, and the tables of both."""

    touched: Touched
    before: Built
    after: Built
    diff: TableDiff

    def of(self, pair: Pair) -> RelationProof:
        """What can be said of one relation without looking at others."""
        failed = bool(pair.after) and self.touched.after.relations[pair.after or ""] in self.after.failed
        return replace(self._compared(pair), failed=failed)

    def _compared(self, pair: Pair) -> RelationProof:
        if pair.before is None or pair.after is None:
            return self._alone(pair)
        states = self.touched.before, self.touched.after
        if not states[0].is_built(pair.before) or not states[1].is_built(pair.after):
            return said(pair, self.touched, Standing.UNPROVABLE, "it is not built by a proof")
        failed = self._failed(pair.before, pair.after)
        if failed:
            return said(pair, self.touched, Standing.UNPROVABLE, failed)
        try:
            rows = self._rows(pair.before, pair.after)
        except WorldError as error:
            return said(pair, self.touched, Standing.UNPROVABLE, str(error))
        return said(pair, self.touched, Standing.EQUAL if rows.equal else Standing.DIFFERS, "", rows)

    def _alone(self, pair: Pair) -> RelationProof:
        """A relation of one side only: how many rows it has, if it was built."""
        after, before = (self.touched.after, self.after, "after"), (self.touched.before, self.before, "before")
        standing = Standing.NEW if pair.before is None else Standing.REMOVED
        state, built, side = after if standing is Standing.NEW else before
        name = state.relations[pair.after or pair.before or ""]
        if standing is Standing.NEW and name in built.failed:
            return said(pair, self.touched, Standing.UNPROVABLE, f"after: {built.failed[name]}")
        if name not in built.tables:
            return said(pair, self.touched, standing, built.failed.get(name, "it is not built by a proof"))
        count = self.diff.rows(Table(side, name[0], built.tables[name]))
        rows = RowsCompared(0, count) if standing is Standing.NEW else RowsCompared(count, 0)
        return said(pair, self.touched, standing, "", rows)

    def _failed(self, before: str, after: str) -> str:
        sides = ((self.touched.before, before, self.before, "before"), (self.touched.after, after, self.after, "after"))
        told = [
            f"{when}: {built.failed[state.relations[key]]}"
            for state, key, built, when in sides
            if state.relations[key] in built.failed
        ]
        return "; ".join(told)

    def _rows(self, before: str, after: str) -> RowsCompared:
        states = self.touched.before, self.touched.after
        tables = [
            Table(side, state.relations[key][0], built.tables[state.relations[key]])
            for side, state, key, built in zip(
                ("before", "after"), states, (before, after), (self.before, self.after), strict=True
            )
        ]
        restricted = states[0].restricted(before) | states[1].restricted(after)
        return self.diff.of(tables[0], tables[1], self._key(before, after, self.diff.columns(tables[1])), restricted)

    def _key(self, before: str, after: str, columns: Sequence[str]) -> tuple[str, ...]:
        """What is a key before is believed first: readers join by it."""
        states = ((self.touched.before, before), (self.touched.after, after))
        keys = (state.key_of(key, columns) for state, key in states)
        return next((key for key in keys if key), ())


def name_of(state: State, key: str) -> str:
    """`schema.identifier`."""
    return ".".join(state.relations[key])


def said(
    pair: Pair, touched: Touched, standing: Standing, reason: str, rows: RowsCompared | None = None
) -> RelationProof:
    """A relation's proof under the name it has after, or before where it is gone."""
    names = [
        name_of(state, key) if key else None
        for state, key in ((touched.before, pair.before), (touched.after, pair.after))
    ]
    name = names[1] or names[0] or ""
    was = names[0] if names[1] and names[0] != names[1] else None
    return RelationProof(name, standing, pair.after or pair.before or "", reason, was, rows)
