"""The proof: a model is built before and after a change, side by side, and every relation is compared row by row."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import duckdb_profile
from ribbon.engines.table_diff import Table, TableDiff, open_both
from ribbon.errors import ConfigError, WorldError
from ribbon.evolve.proving.comparing import Comparison
from ribbon.evolve.proving.progress import Listener, Steps
from ribbon.evolve.proving.scratch import scratch_folder
from ribbon.evolve.proving.settling import settled
from ribbon.evolve.proving.state import State
from ribbon.evolve.proving.touched import Pair, Touched, ancestors, touched
from ribbon.evolve.proving.trees import Tree, commit_tree, working_tree
from ribbon.evolve.proving.workplace import Built, Workplace
from ribbon.model import Proof, RelationProof, RowsCompared, Standing

__all__ = ["TOLERANCE", "Question", "prove", "verify"]

TOLERANCE = 1e-9
"""How far two floats may be apart, relative to the larger one: what another order of adding up leaves."""


@dataclass(frozen=True)
class Question:
    """What a proof is asked. models: names of models or `schema.identifier`; all that a change touches without one.

    tolerance: between floats, relative to the larger one.
    """

    models: tuple[str, ...] = ()
    tolerance: float = TOLERANCE


def verify(
    project: ProjectPaths, before: str, after: str | None, question: Question, listen: Listener | None = None
) -> Proof:
    """Prove that two commits make the same data; after: None for the working tree.

    Holds the data folder. Raises ConfigError where a state is none, does not compile, or does not build into a DuckDB
    file; BrokenPromiseError where one breaks the layer rule; BusyError where another process holds the data.
    """
    with scratch_folder(project, "ribbon evolve verify") as folder:
        one = commit_tree(project.project_dir, before, folder / "before" / "tree")
        there = folder / "after" / "tree"
        other = commit_tree(project.project_dir, after, there) if after else working_tree(project.project_dir, there)
        return prove(project, one, other, folder, question, listen)


def prove(
    project: ProjectPaths, before: Tree, after: Tree, folder: Path, question: Question, listen: Listener | None = None
) -> Proof:
    """Prove that two trees make the same data. The caller holds the data folder, and removes `folder` (scratch_folder).

    The trees are copies below that folder (commit_tree, working_tree). Nothing of the project is written: what both
    states share is read from the build file, read-only. Raises as `verify`.
    """
    profile = duckdb_profile(project)
    if not profile.file.is_file():
        raise WorldError(
            f"{profile.file}: there is no such file, and a proof reads from it what a change does not touch. Build the"
            " project first."
        )
    workplace = Workplace(project, profile, folder / "workplace")
    workplace.prepare()
    return _Proving(workplace, before, after, question, Steps(listen)).proof()


@dataclass(frozen=True)
class _Proving:
    workplace: Workplace
    before: Tree
    after: Tree
    question: Question
    steps: Steps

    def proof(self) -> Proof:
        everything = self._touched()
        asked = self._confined(everything)
        proofs = self._proofs(asked) if asked.pairs else ()
        left_out = {name for pair in set(everything.pairs) - set(asked.pairs) for name in _names(everything, pair)}
        return Proof(self.before.name, self.after.name, self.question.tolerance, proofs, tuple(sorted(left_out)))

    def _touched(self) -> Touched:
        self.steps.expect(2)
        states = []
        for tree in (self.before, self.after):
            self.steps.begin(f"compile {tree.name}")
            states.append(self.workplace.compile(tree))
            self.steps.done(f"compile {tree.name}")
        return touched(*states)

    def _confined(self, everything: Touched) -> Touched:
        models = self.question.models
        unknown = [name for name in models if not everything.knows(name)]
        if unknown:
            raise ConfigError(f"there is no model {unknown[0]} in {self.before.name} or in {self.after.name}.")
        return everything.confined_to(models) if models else everything

    def _proofs(self, asked: Touched) -> tuple[RelationProof, ...]:
        after = self._build(self.after, asked.after, asked.of(asked.after))
        before = self._build(self.before, asked.before, asked.of(asked.before))
        with self._open(before, after) as diff:
            proofs = self._compare(Comparison(asked, before, after, diff))
        return settled(asked, proofs, self._of_itself(asked, before, proofs), self.before.name)

    def _build(self, tree: Tree, state: State, keys: Collection[str]) -> Built:
        built = [key for key in keys if state.is_built(key)]
        self.steps.expect(len(built))
        self.steps.begin(f"build {tree.name}")
        return self.workplace.build(tree, state, built, lambda name: self.steps.done(f"build {tree.name}: {name}"))

    def _compare(self, comparison: Comparison) -> dict[Pair, RelationProof]:
        pairs = comparison.touched.pairs
        self.steps.expect(len(pairs))
        proofs: dict[Pair, RelationProof] = {}
        for pair in pairs:
            proofs[pair] = comparison.of(pair)
            self.steps.done(f"compare {proofs[pair].name}")
        return proofs

    def _of_itself(
        self, asked: Touched, first: Built, proofs: Mapping[Pair, RelationProof]
    ) -> dict[Pair, RowsCompared]:
        """How those that differ, differ from themselves: the state before is built once more, as far as it takes."""
        differing = {pair.before: pair for pair, proof in proofs.items() if proof.standing is Standing.DIFFERS}
        keys = {key for key in differing if key}
        if not keys:
            return {}
        needed = keys | (ancestors(asked.before, keys) & asked.of(asked.before))
        again = self._build(self.before, asked.before, needed)
        with self._open(first, again) as diff:
            found = {key: _itself(asked.before, key, first, again, diff) for key in keys}
        return {differing[key]: rows for key, rows in found.items() if rows}

    @contextmanager
    def _open(self, before: Built, after: Built) -> Iterator[TableDiff]:
        memory_limit = self.workplace.project.memory_limit
        with open_both(before.file, after.file, memory_limit, self.workplace.folder) as connection:
            yield TableDiff(connection, self.question.tolerance)


def _itself(state: State, key: str, first: Built, again: Built, diff: TableDiff) -> RowsCompared | None:
    """A relation against itself; None where it could not be built or compared a second time."""
    name = state.relations[key]
    if name not in again.tables:
        return None
    tables = Table("before", name[0], first.tables[name]), Table("after", name[0], again.tables[name])
    try:
        return diff.of(*tables, state.key_of(key, diff.columns(tables[1])), state.restricted(key))
    except WorldError:
        return None


def _names(asked: Touched, pair: Pair) -> list[str]:
    states = ((asked.before, pair.before), (asked.after, pair.after))
    return [".".join(state.relations[key]) for state, key in states if key]
