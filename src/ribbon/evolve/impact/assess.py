"""The impact of a change before it is merged: two states, compiled and compared; no data is built."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import DuckdbProfile, duckdb_profile
from ribbon.engines.duckdb_file import open_file, table_columns
from ribbon.errors import RibbonError
from ribbon.evolve.git import Tree, commit_tree, working_tree
from ribbon.evolve.impact.change import ChangeImpact, RelationChange, TouchedRelation, TouchedUse
from ribbon.evolve.impact.reach import Users, reach_of
from ribbon.evolve.impact.relation_changes import RelationComparison
from ribbon.evolve.impact.states import AnalysedState, analyse_state
from ribbon.evolve.proof.states import CompiledState, Pair, compare_states
from ribbon.evolve.proof.workspace import Listener, Steps, Workspace, scratch_folder
from ribbon.usage import Usage, load_usage

__all__ = ["assess", "impact_between"]


def assess(project: ProjectPaths, before: str, after: str | None, listen: Listener | None = None) -> ChangeImpact:
    """The impact of the change from one commit to another; after: None for the working tree.

    Locks the data folder, and writes nothing into it but a scratch folder that is deleted afterwards. Raises
    ConfigError where a commit does not exist or compile, BrokenPromiseError where one breaks the layer rule, BusyError
    where another process holds the lock; each names the state.
    """
    with scratch_folder(project, "ribbon impact") as folder:
        one = commit_tree(project.project_dir, before, folder / "before" / "tree")
        there = folder / "after" / "tree"
        other = commit_tree(project.project_dir, after, there) if after else working_tree(project.project_dir, there)
        states = _read(project, (one, other), folder, Steps(listen))
        return impact_between(*states, load_usage(project))


def impact_between(before: AnalysedState, after: AnalysedState, usage: Usage) -> ChangeImpact:
    """The impact of the change between two analysed states."""
    users = Users(before, after, usage)
    comparing = RelationComparison.between(before, after, users)
    relations = tuple(found for found in _found(comparing, before.compiled, after.compiled) if found.changes)
    gone, now = reach_of(users, relations)
    reached = _merged([*now.relations(users.columns), *gone.relations(users.columns)])
    uses: dict[tuple[str, str], TouchedUse] = {(use.type, use.name): use for use in (*gone.uses(), *now.uses())}
    notes = dict.fromkeys((*before.graph.notes, *after.graph.notes, *before.logic.notes, *after.logic.notes))
    return ChangeImpact(before.name, after.name, relations, reached, tuple(uses.values()), tuple(notes))


def _read(
    project: ProjectPaths, trees: tuple[Tree, Tree], folder: Path, steps: Steps
) -> tuple[AnalysedState, AnalysedState]:
    workspace = Workspace(project, _profile(project, folder), folder / "workspace")
    workspace.prepare()
    delivered = table_columns(workspace.profile.file)
    steps.expect(len(trees))

    def read(tree: Tree) -> AnalysedState:
        steps.begin(f"compile {tree.name}")
        state = _compiled(workspace, tree)
        cache = project.target_dir / "ribbon"
        analysed = analyse_state(tree.name, state, tree.folder, workspace.target_dir, cache, delivered)
        steps.done(f"compile {tree.name}")
        return analysed

    return read(trees[0]), read(trees[1])


def _compiled(workspace: Workspace, tree: Tree) -> CompiledState:
    try:
        return workspace.compile(tree)
    except RibbonError as error:
        if tree.name in str(error):
            raise
        raise type(error)(f"{tree.name}: {error}") from error


def _profile(project: ProjectPaths, folder: Path) -> DuckdbProfile:
    """The real profile; over an empty file where nothing is built yet, because a review builds nothing."""
    profile = duckdb_profile(project)
    if profile.file.is_file():
        return profile
    empty = folder / "empty" / profile.file.name
    empty.parent.mkdir(parents=True)
    with open_file(empty, read_only=False):
        return replace(profile, file=empty)


def _found(comparing: RelationComparison, before: CompiledState, after: CompiledState) -> Iterator[RelationChange]:
    """Of sources, of relations that differ or read such a one, and of those whose expectations may differ."""
    difference = compare_states(before, after)
    yield from map(comparing.of, (*_sources(before, after), *difference.pairs))
    touched = difference.of(before)
    same = (key for key in before.relations if key not in touched and key in after.relations)
    yield from map(comparing.promised, same)


def _sources(before: CompiledState, after: CompiledState) -> Iterator[Pair]:
    for key in dict.fromkeys((*before.nodes, *after.nodes)):
        if key.startswith("source."):
            yield Pair(key if key in before.nodes else None, key if key in after.nodes else None)


def _merged(reached: list[TouchedRelation]) -> tuple[TouchedRelation, ...]:
    """One entry per relation, of what is removed and of what is new."""
    found: dict[str, TouchedRelation] = {}
    for each in reached:
        known = found.get(each.relation)
        found[each.relation] = _together(known, each) if known else each
    return tuple(found.values())


def _together(one: TouchedRelation, other: TouchedRelation) -> TouchedRelation:
    columns = tuple(dict.fromkeys((*one.columns, *other.columns)))
    return replace(one, columns=columns, rows=one.rows or other.rows, asked={**one.asked, **other.asked})
