"""Exporting a catalog: from a project to a file or a folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ribbon.catalog.exports.catalog import Catalog, Progress
from ribbon.catalog.exports.formats import Format
from ribbon.catalog.exports.writing import refuse_others, whole_file, whole_folder
from ribbon.catalog.site.gathering import gather
from ribbon.catalog.site.place import Place
from ribbon.config import ProjectPaths
from ribbon.project import compiled_artifacts

__all__ = ["Exported", "export_catalog", "place_of_export"]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. path: a file or a folder. counts: how many of what is in it. notes: sentences for the user."""

    path: Path
    counts: Mapping[str, int]
    notes: tuple[str, ...] = ()


def place_of_export(output: Path, made: Format) -> Path:
    """The absolute path. Raises ConfigError where something is there that is no export of this format."""
    path = Path.cwd().joinpath(output).resolve()
    refuse_others(path, made.name, made.begins)
    return path


def export_catalog(
    project: ProjectPaths, place: Place, made: Format, path: Path, progress: Progress | None = None
) -> Exported:
    """Write a project's catalog to `path`. place: where artifacts are, as for the site.

    Raises ConfigError where artifacts are missing or broken, BusyError where another process holds what is to be read,
    WorldError where files cannot be written. Then what was at `path` is still there.
    """
    target_dir = place.target_dir or compiled_artifacts(project)
    facts = gather(project, target_dir, datetime.now(UTC), progress)
    catalog = Catalog(project, facts, place.ours, progress)
    whole = whole_folder(path, made.name) if made.folder else whole_file(path)
    with whole as draft:
        counts = made.write(catalog, draft)
    return Exported(path, counts, (*facts.graph.notes, *made.notes(catalog)))
