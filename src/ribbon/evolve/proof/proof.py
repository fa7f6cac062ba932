"""Proof of a change: the relations it touches are built before and after, and compared row by row."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import duckdb_profile
from ribbon.engines.compared_tables import NEAR_ZERO
from ribbon.engines.table_diff import Table, TableDiff, open_both
from ribbon.errors import ConfigError, WorldError
from ribbon.evolve.git import Tree, commit_tree, working_tree
from ribbon.evolve.proof.comparison import Comparison, with_doubts
from ribbon.evolve.proof.states import CompiledState, Pair, StateDiff, ancestors, compare_states
from ribbon.evolve.proof.workspace import Built, Listener, Steps, Workspace, scratch_folder
from ribbon.model import ChangedColumn, Proof, RelationProof, RowsCompared, Standing

__all__ = ["TOLERANCE", "Question", "proof_text", "prove", "verify"]

TOLERANCE = 1e-9
"""How far two floats may differ, relative to the larger one: summing in another order makes such differences."""


@dataclass(frozen=True)
class Question:
    """What to prove. models: names of models or `schema.identifier`; empty for all that a change touches.

    tolerance: between floats, relative to the larger one.
    """

    models: tuple[str, ...] = ()
    tolerance: float = TOLERANCE


def verify(
    project: ProjectPaths, before: str, after: str | None, question: Question, listen: Listener | None = None
) -> Proof:
    """Prove that two commits produce the same data; after: None for the working tree.

    Locks the data folder. Raises ConfigError where a commit does not exist, does not compile, or does not build into a
    DuckDB file; BrokenPromiseError where one breaks the layer rule; BusyError where another process holds the data.
    """
    with scratch_folder(project, "ribbon evolve verify") as folder:
        one = commit_tree(project.project_dir, before, folder / "before" / "tree")
        there = folder / "after" / "tree"
        other = commit_tree(project.project_dir, after, there) if after else working_tree(project.project_dir, there)
        return prove(project, one, other, folder, question, listen)


def prove(
    project: ProjectPaths, before: Tree, after: Tree, folder: Path, question: Question, listen: Listener | None = None
) -> Proof:
    """Prove that two trees produce the same data. The caller holds the lock and deletes `folder` (scratch_folder).

    The trees are copies in that folder (commit_tree, working_tree). Nothing of the project is written: what both states
    share is read from the build file, read-only. Raises as `verify`.
    """
    profile = duckdb_profile(project)
    if not profile.file.is_file():
        raise WorldError(
            f"{profile.file}: no such file. A proof reads from it what the change does not touch. Build the project"
            " first."
        )
    workspace = Workspace(project, profile, folder / "workspace")
    workspace.prepare()
    return _Proving(workspace, before, after, question, Steps(listen)).proof()


@dataclass(frozen=True)
class _Proving:
    workspace: Workspace
    before: Tree
    after: Tree
    question: Question
    steps: Steps

    def proof(self) -> Proof:
        everything = self._compared()
        chosen = self._confined(everything)
        proofs = self._proofs(chosen) if chosen.pairs else ()
        left_out = {name for pair in set(everything.pairs) - set(chosen.pairs) for name in _names(everything, pair)}
        return Proof(self.before.name, self.after.name, self.question.tolerance, proofs, tuple(sorted(left_out)))

    def _compared(self) -> StateDiff:
        self.steps.expect(2)
        states = []
        for tree in (self.before, self.after):
            self.steps.begin(f"compile {tree.name}")
            states.append(self.workspace.compile(tree))
            self.steps.done(f"compile {tree.name}")
        return compare_states(*states)

    def _confined(self, everything: StateDiff) -> StateDiff:
        models = self.question.models
        unknown = [name for name in models if not everything.knows(name)]
        if unknown:
            raise ConfigError(f"{unknown[0]}: no such model in {self.before.name} or in {self.after.name}.")
        return everything.confined_to(models) if models else everything

    def _proofs(self, chosen: StateDiff) -> tuple[RelationProof, ...]:
        after = self._build(self.after, chosen.after, chosen.of(chosen.after))
        before = self._build(self.before, chosen.before, chosen.of(chosen.before))
        with self._open(before, after) as diff:
            proofs = self._compare(Comparison(chosen, before, after, diff))
        return with_doubts(chosen, proofs, self._of_itself(chosen, before, proofs), self.before.name)

    def _build(self, tree: Tree, state: CompiledState, keys: Collection[str]) -> Built:
        built = [key for key in keys if state.is_built(key)]
        self.steps.expect(len(built))
        self.steps.begin(f"build {tree.name}")
        return self.workspace.build(tree, state, built, lambda name: self.steps.done(f"build {tree.name}: {name}"))

    def _compare(self, comparison: Comparison) -> dict[Pair, RelationProof]:
        pairs = comparison.states.pairs
        self.steps.expect(len(pairs))
        proofs: dict[Pair, RelationProof] = {}
        for pair in pairs:
            proofs[pair] = comparison.of(pair)
            self.steps.done(f"compare {proofs[pair].name}")
        return proofs

    def _of_itself(
        self, chosen: StateDiff, first: Built, proofs: Mapping[Pair, RelationProof]
    ) -> dict[Pair, RowsCompared]:
        """How relations that differ, differ from themselves: the state before is built a second time."""
        differing = {pair.before: pair for pair, proof in proofs.items() if proof.standing is Standing.DIFFERS}
        keys = {key for key in differing if key}
        if not keys:
            return {}
        needed = keys | (ancestors(chosen.before, keys) & chosen.of(chosen.before))
        again = self._build(self.before, chosen.before, needed)
        with self._open(first, again) as diff:
            found = {key: _itself(chosen.before, key, first, again, diff) for key in keys}
        return {differing[key]: rows for key, rows in found.items() if rows}

    @contextmanager
    def _open(self, before: Built, after: Built) -> Iterator[TableDiff]:
        memory_limit = self.workspace.project.memory_limit
        with open_both(before.file, after.file, memory_limit, self.workspace.folder) as connection:
            yield TableDiff(connection, self.question.tolerance)


def _itself(state: CompiledState, key: str, first: Built, again: Built, diff: TableDiff) -> RowsCompared | None:
    """A relation against itself; None where it could not be built or compared a second time."""
    name = state.relations[key]
    if name not in again.tables:
        return None
    tables = Table("before", name[0], first.tables[name]), Table("after", name[0], again.tables[name])
    try:
        return diff.of(*tables, state.project.grain(key, diff.columns(tables[1])), state.traced.restricted_columns(key))
    except WorldError:
        return None


def _names(asked: StateDiff, pair: Pair) -> list[str]:
    states = ((asked.before, pair.before), (asked.after, pair.after))
    return [".".join(state.relations[key]) for state, key in states if key]


def proof_text(proof: Proof) -> str:
    """A proof as text, for a commit message: what was compared, how, and the results. No values of rows."""
    if not proof.relations:
        return f"Proof: no relation changes from {proof.before} to {proof.after}."
    lines = [
        f"Proof: {_counted(len(proof.relations), 'relation')} that the change from {proof.before} to {proof.after}"
        " touches, built before and after.",
        *(f"  {each.standing}: {each.name}{_was(each)}{_after_colon(_outcome(each))}" for each in proof.relations),
        f"Rows were compared exactly, floats to a relative {proof.tolerance:g} or {NEAR_ZERO:g}, whichever is more.",
    ]
    if proof.left_out:
        lines.append(f"Touched by the change but not compared: {', '.join(proof.left_out)}.")
    return "\n".join(lines)


def _outcome(proof: RelationProof) -> str:
    """The result of a relation, in a line."""
    return "; ".join(filter(None, [proof.reason, *_of_rows(proof)]))


def _of_rows(proof: RelationProof) -> Iterator[str]:
    rows = proof.rows
    if rows is None:
        return
    if proof.standing in {Standing.NEW, Standing.REMOVED}:
        yield _counted(rows.after or rows.before, "row")
        return
    by = f"by {', '.join(rows.key)}" if rows.key else "as a multiset, because there is no key"
    if rows.before == rows.after:
        yield f"{_counted(rows.after, 'row')}, compared {by}"
    else:
        yield f"{rows.before:,} rows before and {rows.after:,} after, compared {by}"
    yield from _differences(rows)
    yield from rows.notes


def _differences(rows: RowsCompared) -> Iterator[str]:
    if rows.only_before:
        yield f"{rows.only_before:,} only before"
    if rows.only_after:
        yield f"{rows.only_after:,} only after"
    if rows.changed:
        columns = ", ".join(f"{name} in {count:,}" for name, count in rows.differing.items())
        yield f"{rows.changed:,} with other values: {columns}"
    yield from map(_column, rows.columns)


def _column(changed: ChangedColumn) -> str:
    if changed.before is None:
        return f"column {changed.column} is new"
    if changed.after is None:
        return f"column {changed.column} is gone"
    return f"column {changed.column} was {changed.before} and is {changed.after}"


def _was(proof: RelationProof) -> str:
    return f", which was {proof.was}" if proof.was else ""


def _after_colon(text: str) -> str:
    return f": {text}" if text else ""


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"
