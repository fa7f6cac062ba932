"""What a change of a project means, before it is merged: two states, compiled and compared; no data is built."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import DuckdbProfile, duckdb_profile
from ribbon.engines.duckdb_file import open_file, table_columns
from ribbon.errors import RibbonError
from ribbon.evolve.impact.change import ChangeImpact, RelationChange, TouchedRelation, TouchedUse
from ribbon.evolve.impact.reach import reach_of
from ribbon.evolve.impact.relation import Comparing
from ribbon.evolve.impact.side import Side, read_side
from ribbon.evolve.impact.users import Users
from ribbon.evolve.proving.progress import Listener, Steps
from ribbon.evolve.proving.scratch import scratch_folder
from ribbon.evolve.proving.state import State
from ribbon.evolve.proving.touched import Pair, touched
from ribbon.evolve.proving.trees import Tree, commit_tree, working_tree
from ribbon.evolve.proving.workplace import Workplace
from ribbon.usage import Usage, load_usage

__all__ = ["assess", "compared"]


def assess(project: ProjectPaths, before: str, after: str | None, listen: Listener | None = None) -> ChangeImpact:
    """What the change from one commit to another means; after: None for the working tree.

    Holds the data folder, and writes nothing into it but a scratch folder that is gone afterwards. Raises ConfigError
    where a state is none or does not compile, BrokenPromiseError where one breaks the layer rule, BusyError where
    another process holds the data; each says which state it is.
    """
    with scratch_folder(project, "ribbon impact") as folder:
        one = commit_tree(project.project_dir, before, folder / "before" / "tree")
        there = folder / "after" / "tree"
        other = commit_tree(project.project_dir, after, there) if after else working_tree(project.project_dir, there)
        states = _read(project, (one, other), folder, Steps(listen))
        return compared(*states, load_usage(project))


def compared(before: Side, after: Side, usage: Usage) -> ChangeImpact:
    """The same of two states that are read."""
    users = Users(before, after, usage)
    comparing = Comparing.between(before, after, users)
    relations = tuple(found for found in _found(comparing, before.state, after.state) if found.changes)
    gone, now = reach_of(users, relations)
    reached = _merged([*now.relations(users.columns), *gone.relations(users.columns)])
    uses: dict[tuple[str, str], TouchedUse] = {(use.type, use.name): use for use in (*gone.uses(), *now.uses())}
    notes = dict.fromkeys((*before.graph.notes, *after.graph.notes, *before.middle.notes, *after.middle.notes))
    return ChangeImpact(before.name, after.name, relations, reached, tuple(uses.values()), tuple(notes))


def _read(project: ProjectPaths, trees: tuple[Tree, Tree], folder: Path, steps: Steps) -> tuple[Side, Side]:
    workplace = Workplace(project, _profile(project, folder), folder / "workplace")
    workplace.prepare()
    delivered = table_columns(workplace.profile.file)
    steps.expect(len(trees))

    def read(tree: Tree) -> Side:
        steps.begin(f"compile {tree.name}")
        state = _compiled(workplace, tree)
        cache = project.target_dir / "ribbon"
        side = read_side(tree.name, state, tree.folder, workplace.target_dir, cache, delivered)
        steps.done(f"compile {tree.name}")
        return side

    return read(trees[0]), read(trees[1])


def _compiled(workplace: Workplace, tree: Tree) -> State:
    try:
        return workplace.compile(tree)
    except RibbonError as error:
        if tree.name in str(error):
            raise
        raise type(error)(f"{tree.name}: {error}") from error


def _profile(project: ProjectPaths, folder: Path) -> DuckdbProfile:
    """The real one; over an empty file where nothing is built, for a review builds nothing."""
    profile = duckdb_profile(project)
    if profile.file.is_file():
        return profile
    empty = folder / "empty" / profile.file.name
    empty.parent.mkdir(parents=True)
    with open_file(empty, read_only=False):
        return replace(profile, file=empty)


def _found(comparing: Comparing, before: State, after: State) -> Iterator[RelationChange]:
    """Of sources, of all relations that differ or read such a one, and of those that may be promised otherwise."""
    difference = touched(before, after)
    yield from map(comparing.of, (*_sources(before, after), *difference.pairs))
    met = difference.of(before)
    same = (key for key in before.relations if key not in met and key in after.relations)
    yield from map(comparing.promised, same)


def _sources(before: State, after: State) -> Iterator[Pair]:
    for key in dict.fromkeys((*before.nodes, *after.nodes)):
        if key.startswith("source."):
            yield Pair(key if key in before.nodes else None, key if key in after.nodes else None)


def _merged(reached: list[TouchedRelation]) -> tuple[TouchedRelation, ...]:
    """One entry for each relation, of what is gone and of what is there."""
    found: dict[str, TouchedRelation] = {}
    for each in reached:
        known = found.get(each.relation)
        found[each.relation] = _together(known, each) if known else each
    return tuple(found.values())


def _together(one: TouchedRelation, other: TouchedRelation) -> TouchedRelation:
    columns = tuple(dict.fromkeys((*one.columns, *other.columns)))
    return replace(one, columns=columns, rows=one.rows or other.rows, asked={**one.asked, **other.asked})
