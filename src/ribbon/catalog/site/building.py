"""The whole site: what is known, what of it is new, the files."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ribbon.catalog.site.assets import write_assets
from ribbon.catalog.site.gathering import gather
from ribbon.catalog.site.handbook import read_handbook
from ribbon.catalog.site.place import MARK, MARK_SAYS, Place
from ribbon.catalog.site.relation_pages import RelationPages
from ribbon.catalog.site.rendering import Renderer
from ribbon.catalog.site.sources import Sources
from ribbon.catalog.site.state import DamagedError, State, open_state, remove_state
from ribbon.catalog.site.whole_pages import WholePages
from ribbon.catalog.site.writing import Folder
from ribbon.config import ProjectPaths
from ribbon.project import compiled_artifacts, report_changes

__all__ = ["Built", "build_site"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """A site that was written. index: its first page. relations: all of them. made: those whose pages were made anew.

    written, removed: files. notes: what the user should be told, as sentences.
    """

    index: Path
    relations: int
    made: int
    written: int
    removed: int
    notes: tuple[str, ...] = ()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Collect no garbage: what is read stays until the end, and what pages are made from holds no rings."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_undisturbed()
def build_site(
    project: ProjectPaths, place: Place, progress: Progress | None = None, workers: int | None = None
) -> Built:
    """Write the site of a project, as far as it is not there already.

    progress: gets how many pages are made, of how many. workers: how many processes at most; as many as there are cores
    without it. Raises ConfigError where artifacts are missing or broken, BusyError where another process holds what is
    to be read or written, WorldError where files cannot be written.
    """
    now = datetime.now(UTC)
    target_dir = place.target_dir or compiled_artifacts(project)
    facts = gather(project, target_dir, now, progress)
    sources = Sources(facts, read_handbook(project.project_dir / "docs" / "handbook"), now)
    behind = report_changes(facts.project) if place.target_dir else ""
    notes = (*facts.graph.notes, *filter(None, (behind,)))
    try:
        return _built(sources, place, notes, progress, workers)
    except DamagedError:
        remove_state(place.state_file)
        return _built(sources, place, notes, progress, workers)


def _built(
    sources: Sources, place: Place, notes: tuple[str, ...], progress: Progress | None, workers: int | None
) -> Built:
    folder = Folder(place.site_dir)
    folder.write(MARK, MARK_SAYS)
    with open_state(place.state_file) as state:
        assets, relations = write_assets(folder), RelationPages(sources, state)
        made, written = _write_relations(relations, state, folder, progress, workers)
        state.drop(relations.gone)
        others = WholePages(sources, state).write(folder)
        folder.sweep(relations.files() | others | assets)
    index = place.site_dir / "index.html"
    return Built(index, len(sources.ids), made, folder.written + written, folder.removed, notes)


def _write_relations(
    relations: RelationPages, state: State, folder: Folder, progress: Progress | None, workers: int | None
) -> tuple[int, int]:
    """How many relations' pages were made anew, and how many files of them were written."""
    stale = relations.stale(folder)
    with Renderer(folder.root, relations.shell, len(stale), workers) as renderer:
        for done, (view, page) in enumerate(relations.composed(stale), start=1):
            renderer.submit(view)
            state.keep(page)
            if progress:
                progress(done, len(stale))
    return len(stale), renderer.written
