"""Relations built before and after a change, compared row by row, and how sure the result is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ribbon.engines.table_diff import Table, TableDiff
from ribbon.errors import WorldError
from ribbon.evolve.proof.states import CompiledState, Pair, StateDiff
from ribbon.evolve.proof.workspace import Built
from ribbon.model import RelationProof, RowsCompared, Standing

__all__ = ["Comparison", "with_doubts"]


@dataclass(frozen=True)
class Comparison:
    """The files with what was built before and after, and a diff of their tables."""

    states: StateDiff
    before: Built
    after: Built
    diff: TableDiff

    def of(self, pair: Pair) -> RelationProof:
        """The result of one relation, by itself."""
        failed = bool(pair.after) and self.states.after.relations[pair.after or ""] in self.after.failed
        return replace(self._compared(pair), failed=failed)

    def _compared(self, pair: Pair) -> RelationProof:
        if pair.before is None or pair.after is None:
            return self._alone(pair)
        states = self.states.before, self.states.after
        if not states[0].is_built(pair.before) or not states[1].is_built(pair.after):
            return _result(pair, self.states, Standing.UNPROVABLE, "a proof does not build it")
        failed = self._failed(pair.before, pair.after)
        if failed:
            return _result(pair, self.states, Standing.UNPROVABLE, failed)
        try:
            rows = self._rows(pair.before, pair.after)
        except WorldError as error:
            return _result(pair, self.states, Standing.UNPROVABLE, str(error))
        return _result(pair, self.states, Standing.EQUAL if rows.equal else Standing.DIFFERS, "", rows)

    def _alone(self, pair: Pair) -> RelationProof:
        """A relation of one state only: its number of rows, if it was built."""
        after, before = (self.states.after, self.after, "after"), (self.states.before, self.before, "before")
        standing = Standing.NEW if pair.before is None else Standing.REMOVED
        state, built, file = after if standing is Standing.NEW else before
        name = state.relations[pair.after or pair.before or ""]
        if standing is Standing.NEW and name in built.failed:
            return _result(pair, self.states, Standing.UNPROVABLE, f"after: {built.failed[name]}")
        if name not in built.tables:
            return _result(pair, self.states, standing, built.failed.get(name, "a proof does not build it"))
        count = self.diff.rows(Table(file, name[0], built.tables[name]))
        rows = RowsCompared(0, count) if standing is Standing.NEW else RowsCompared(count, 0)
        return _result(pair, self.states, standing, "", rows)

    def _failed(self, before: str, after: str) -> str:
        states = ((self.states.before, before, self.before, "before"), (self.states.after, after, self.after, "after"))
        reasons = [
            f"{when}: {built.failed[state.relations[key]]}"
            for state, key, built, when in states
            if state.relations[key] in built.failed
        ]
        return "; ".join(reasons)

    def _rows(self, before: str, after: str) -> RowsCompared:
        states = self.states.before, self.states.after
        tables = [
            Table(file, state.relations[key][0], built.tables[state.relations[key]])
            for file, state, key, built in zip(
                ("before", "after"), states, (before, after), (self.before, self.after), strict=True
            )
        ]
        restricted = states[0].traced.restricted_columns(before) | states[1].traced.restricted_columns(after)
        return self.diff.of(tables[0], tables[1], self._key(before, after, self.diff.columns(tables[1])), restricted)

    def _key(self, before: str, after: str, columns: Sequence[str]) -> tuple[str, ...]:
        """The key before is preferred: readers join by it."""
        states = ((self.states.before, before), (self.states.after, after))
        keys = (state.project.grain(key, columns) for state, key in states)
        return next((key for key in keys if key), ())


def _name_of(state: CompiledState, key: str) -> str:
    """`schema.identifier`."""
    return ".".join(state.relations[key])


def _result(
    pair: Pair, touched: StateDiff, standing: Standing, reason: str, rows: RowsCompared | None = None
) -> RelationProof:
    """The result of a relation, under its name after, or before where it is removed."""
    names = [
        _name_of(state, key) if key else None
        for state, key in ((touched.before, pair.before), (touched.after, pair.after))
    ]
    name = names[1] or names[0] or ""
    was = names[0] if names[1] and names[0] != names[1] else None
    return RelationProof(name, standing, pair.after or pair.before or "", reason, was, rows)


# Why the readers of a relation are in doubt, after its name.
NOT_BUILT = "a proof does not build"

NOT_DETERMINISTIC = "not deterministic: built twice from {}, it differs from itself{}"


def with_doubts(
    touched: StateDiff, proofs: Mapping[Pair, RelationProof], of_itself: Mapping[Pair, RowsCompared], before: str
) -> tuple[RelationProof, ...]:
    """The results, upstream first: what reads a relation that is not built, or not deterministic, is in doubt.

    of_itself: how relations differ from themselves when built twice from the same tree. before: the name of that tree.
    """
    done: dict[str, RelationProof] = {}
    doubted: dict[str, str] = {}  # by unique id after the change: why its readers are in doubt
    for pair, proof in proofs.items():
        key = pair.after or pair.before or ""
        done[key] = proof
        if pair.before and pair.after and not (touched.after.is_built(key) and touched.before.is_built(pair.before)):
            done[key] = _not_built(touched, key, proof, done)
            if done[key].standing is Standing.UNPROVABLE:
                doubted[key] = NOT_BUILT
        elif pair in of_itself and not of_itself[pair].equal:
            why = NOT_DETERMINISTIC.format(before, _in_columns(of_itself[pair]))
            done[key] = replace(proof, standing=Standing.UNPROVABLE, reason=why)
            doubted[key] = "is not deterministic"
        else:
            done[key] = _in_doubt(touched, pair, proof, doubted)
    return tuple(done.values())


def _not_built(touched: StateDiff, key: str, proof: RelationProof, done: Mapping[str, RelationProof]) -> RelationProof:
    """A snapshot or a file is unchanged if it is made of the same and reads the same."""
    node = touched.after.nodes[key]
    kind = node.config.materialized
    doubt = "what it is made of changed" if key in touched.changed else ""
    for parent in _parents(touched.after, key):
        read = done.get(parent)
        if (read and read.standing is not Standing.EQUAL) or (not read and parent in touched.changed):
            doubt = doubt or f"{read.name if read else parent} is not proven equal"
    if doubt:
        return replace(proof, reason=f"a proof does not build what is materialized as {kind}, and {doubt}")
    return replace(proof, standing=Standing.EQUAL, reason=f"a {kind} is not built: it reads what is equal")


def _in_doubt(touched: StateDiff, pair: Pair, proof: RelationProof, doubted: Mapping[str, str]) -> RelationProof:
    """What differs and reads something not deterministic, or reads something that is not built."""
    if not (pair.before and pair.after) or not doubted:
        return proof
    read = [key for key in touched.after.project.ancestors(pair.after) if key in doubted]
    wrong = {Standing.DIFFERS, Standing.EQUAL} if any(doubted[key] == NOT_BUILT for key in read) else {Standing.DIFFERS}
    if not read or proof.standing not in wrong:
        return proof
    culprit = next((key for key in read if doubted[key] == NOT_BUILT), read[0])
    name = ".".join(touched.after.relations[culprit])
    return replace(proof, standing=Standing.UNPROVABLE, reason=f"it reads {name}, which {doubted[culprit]}")


def _parents(state: CompiledState, key: str) -> Iterator[str]:
    """The sources and relations that it reads, also through ephemeral models."""
    for parent in state.project.parents(key):
        if parent in state.relations or parent.startswith("source."):
            yield parent
        elif parent in state.nodes:
            yield from _parents(state, parent)


def _in_columns(rows: RowsCompared) -> str:
    """In which columns, where rows could be matched."""
    return f" in {', '.join(rows.differing)}" if rows.differing else ""
