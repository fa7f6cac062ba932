"""Exporting a catalog: its formats, and from a project to a file or a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ribbon.catalog.exports.catalog import Catalog, Progress
from ribbon.catalog.exports.files import refuse_others, whole_file, whole_folder
from ribbon.catalog.exports.json_and_parquet import BEGINS as JSON_BEGINS
from ribbon.catalog.exports.json_and_parquet import write_json, write_parquet
from ribbon.catalog.exports.odcs import write_odcs
from ribbon.catalog.exports.openlineage import BEGINS as EVENTS_BEGIN
from ribbon.catalog.exports.openlineage import write_openlineage
from ribbon.catalog.exports.openlineage_facets import unknown_namespace
from ribbon.catalog.load.facts import load_facts
from ribbon.catalog.site.folder import SitePaths
from ribbon.config import ProjectPaths
from ribbon.lineage import TracedProject
from ribbon.project import compiled_artifacts

__all__ = [
    "JSON",
    "ODCS",
    "OPENLINEAGE",
    "PARQUET",
    "Exported",
    "Format",
    "export_catalog",
    "export_path",
    "openlineage_in",
]


def _no_notes(_: Catalog) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Format:
    """name: as it is typed. begins: how a file of it does; empty where it is a folder.

    write: puts a catalog to a path that is not there yet, or into an empty folder, and counts what it wrote. The same
    facts make the same bytes. notes: what the user should know of such an export, as sentences.
    """

    name: str
    write: Callable[[Catalog, Path], Mapping[str, int]]
    begins: bytes = b""
    notes: Callable[[Catalog], tuple[str, ...]] = _no_notes

    @property
    def folder(self) -> bool:
        """Whether it is a folder of files."""
        return not self.begins


JSON = Format("json", write_json, JSON_BEGINS)
PARQUET = Format("parquet", write_parquet)
OPENLINEAGE = Format("openlineage", write_openlineage, EVENTS_BEGIN, unknown_namespace)
ODCS = Format("odcs", write_odcs)


def openlineage_in(namespace: str | None) -> Format:
    """Events whose datasets are in this namespace; None: in that of OpenLineage's naming for their database."""
    if namespace is None:
        return OPENLINEAGE
    return replace(OPENLINEAGE, write=partial(write_openlineage, namespace=namespace), notes=_no_notes)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. path: a file or a folder. counts: what is in it. notes: sentences for the user."""

    path: Path
    counts: Mapping[str, int]
    notes: tuple[str, ...] = ()


def export_path(output: Path, form: Format) -> Path:
    """The absolute path. Raises ConfigError where something else than an export of this format is there."""
    path = Path.cwd().joinpath(output).resolve()
    refuse_others(path, form.name, form.begins)
    return path


def export_catalog(
    project: ProjectPaths, paths: SitePaths, form: Format, path: Path, progress: Progress | None = None
) -> Exported:
    """Write a project's catalog to `path`. paths: where artifacts are, as for the site.

    Raises ConfigError where artifacts are missing or corrupt, BusyError where another process holds what is to be read,
    WorldError where files cannot be written. Then what was at `path` is still there.
    """
    target_dir = paths.target_dir or compiled_artifacts(project)
    facts = load_facts(TracedProject(project, target_dir, progress), datetime.now(UTC))
    catalog = Catalog(project, facts, paths.ours, progress)
    whole = whole_folder(path, form.name) if form.folder else whole_file(path)
    with whole as draft:
        counts = form.write(catalog, draft)
    return Exported(path, counts, (*facts.graph.notes, *form.notes(catalog)))
