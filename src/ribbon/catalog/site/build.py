"""Building the whole site: facts are read once, then every page that has changed is written."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ribbon.catalog.facts.flows import flows_of
from ribbon.catalog.load.evolution import evolution_view
from ribbon.catalog.load.facts import load_facts
from ribbon.catalog.load.groups import HealthCounts, Listing, front_view
from ribbon.catalog.load.health import health_view
from ribbon.catalog.pages import llms_txt, render_evolution, render_front, render_health
from ribbon.catalog.pages.assets import asset_files
from ribbon.catalog.pages.handbook import read_handbook
from ribbon.catalog.site.context import SiteContext
from ribbon.catalog.site.folder import MARK, MARK_TEXT, Folder, SitePaths
from ribbon.catalog.site.group_pages import GroupPages
from ribbon.catalog.site.relation_pages import RelationPages
from ribbon.catalog.site.render_pool import RenderPool
from ribbon.catalog.site.search_index import described_relations, write_search_index
from ribbon.catalog.site.state import DamagedError, State, open_state, remove_state
from ribbon.catalog.views import EvolutionView
from ribbon.config import ProjectPaths
from ribbon.lineage import TracedProject, leave_for_gate
from ribbon.project import compiled_artifacts, report_changes

__all__ = ["Built", "build_site"]

_EVOLUTION = "evolution.html"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A site that was written. index: its first page. relations: all of them. made: those whose pages were rebuilt.

    written, removed: files. notes: for the user, as sentences.
    """

    index: Path
    relations: int
    made: int
    written: int
    removed: int
    notes: tuple[str, ...] = ()


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """What is read stays until the end, and what pages are made from has no cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_without_garbage_collection()
def build_site(
    project: ProjectPaths,
    paths: SitePaths,
    progress: Progress | None = None,
    workers: int | None = None,
    traced: TracedProject | None = None,
) -> Built:
    """Write the site of a project, as far as it is not there already.

    progress: gets how many pages are written, of how many. workers: at most so many processes; as many as there are
    cores without it. traced: the project, where it was read before; used if dbt has written nothing since. Raises
    ConfigError where artifacts are missing or corrupt, BusyError where another process holds what is to be read or
    written, WorldError where files cannot be written.
    """
    now = datetime.now(UTC)
    target_dir = paths.target_dir or compiled_artifacts(project)
    if traced is None or not traced.is_of(target_dir):
        traced = TracedProject(project, target_dir, progress)
    leave_for_gate(traced.project, traced.graph)
    facts = load_facts(traced, now)
    context = SiteContext(facts, read_handbook(project.project_dir / "docs" / "handbook"), now)
    stale = report_changes(facts.project) if paths.target_dir else ""
    notes = (*facts.graph.notes, *facts.project.notes, *filter(None, (stale,)))
    try:
        return _build(context, paths, notes, progress, workers)
    except DamagedError:
        remove_state(paths.state_file)
        return _build(context, paths, notes, progress, workers)


def _build(
    context: SiteContext, paths: SitePaths, notes: tuple[str, ...], progress: Progress | None, workers: int | None
) -> Built:
    folder = Folder(paths.site_dir)
    folder.write(MARK, MARK_TEXT)
    with open_state(paths.state_file) as state:
        assets = _write_assets(folder)
        relations = RelationPages(context, state)
        rebuilt, written = _write_relations(relations, state, folder, progress, workers)
        state.drop(relations.gone)
        others = _write_other_pages(context, state, folder)
        folder.sweep(relations.files() | others | assets)
    index = paths.site_dir / "index.html"
    return Built(index, len(context.ids), rebuilt, folder.written + written, folder.removed, notes)


def _write_assets(folder: Folder) -> set[str]:
    """Write the scripts and styles that changed. Returns the names of all."""
    names = set()
    for name, content in asset_files():
        folder.write(f"assets/{name}", content)
        names.add(f"assets/{name}")
    return names


def _write_relations(
    relations: RelationPages, state: State, folder: Folder, progress: Progress | None, workers: int | None
) -> tuple[int, int]:
    """How many relations' pages were rebuilt, and how many files of them were written."""
    stale = relations.stale(folder)
    with RenderPool(folder.root, relations.shell, len(stale), workers) as pool:
        for done, (view, page) in enumerate(relations.views(stale), start=1):
            pool.submit(view)
            state.keep(page)
            if progress:
                progress(done, len(stale))
    return len(stale), pool.written


def _write_other_pages(context: SiteContext, state: State, folder: Folder) -> set[str]:
    """Write the pages about many relations where they changed, index.html last. Returns the names of all.

    They show what is remembered of relations too, so the state has to be up to date.
    """
    facts, shell = context.facts, context.shell
    flows = flows_of(facts.graph, facts.edges, facts.groups)
    health = health_view(facts.documents, facts.history, context.now)
    counts = HealthCounts(facts.documents, facts.history, facts.verdicts)
    members = state.members()
    front = front_view(facts.documents, facts.groups, flows, members, counts)
    listing = Listing(facts.documents, facts.history, members, counts)
    groups = GroupPages(context, (*front.groups, *front.folded), flows.bands(), listing)
    groups.write(folder, state)
    for name, text in context.handbook.pages(shell):
        folder.write(name, text)
    folder.write("health.html", render_health(health, shell))
    evolution = evolution_view(facts.evolution, facts.documents)
    _write_evolution(context, state, folder, evolution)
    folder.write("llms.txt", llms_txt(front, described_relations(state)))
    search = write_search_index(folder, context, state, front)
    proposals = len(evolution.proposals) if evolution.found_at else None
    folder.write("index.html", render_front(replace(front, proposals=proposals), shell))
    return groups.files | context.handbook.files | search


def _write_evolution(context: SiteContext, state: State, folder: Folder, view: EvolutionView) -> None:
    """Only where it shows something else: there may be thousands of proposals."""
    fingerprint = context.fingerprints.of_view((view, context.shell.built_at))
    if state.other_page(_EVOLUTION)[0] != fingerprint or not folder.has(_EVOLUTION):
        folder.write(_EVOLUTION, render_evolution(view, context.shell))
        state.keep_other_page(_EVOLUTION, fingerprint)
