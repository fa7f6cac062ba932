"""`ribbon export`: the catalog for other programs."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ribbon.cli.session import Needs, Session, command, target_path_option
from ribbon.lock import hold

if TYPE_CHECKING:
    from ribbon.catalog.exports import Exported, Format

__all__ = ["export"]


@click.group("export")
def export() -> None:
    """Write the whole catalog for other programs; works for any dbt project."""


output_option = click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The file or folder to write; an existing export of the same format is replaced.",
)


@output_option
@target_path_option
@command("json", needs=Needs.ARTIFACTS)
def json_(session: Session, output: Path, target_path: Path | None) -> None:
    """Write the whole catalog as one JSON document."""
    from ribbon.catalog.exports import JSON  # noqa: PLC0415 - imports templates, which are slow to load

    _export(session, JSON, output, target_path)


@output_option
@target_path_option
@command("parquet", needs=Needs.ARTIFACTS)
def parquet(session: Session, output: Path, target_path: Path | None) -> None:
    """Write the catalog as a folder of Parquet files, one per table."""
    from ribbon.catalog.exports import PARQUET  # noqa: PLC0415 - imports templates, which are slow to load

    _export(session, PARQUET, output, target_path)


@click.option("--namespace", help="Namespace of all datasets; default: by OpenLineage's naming rules for the database.")
@output_option
@target_path_option
@command("openlineage", needs=Needs.ARTIFACTS)
def openlineage(session: Session, output: Path, target_path: Path | None, namespace: str | None) -> None:
    """Write OpenLineage events with column lineage as JSON lines, one per last run of a model.

    A model without a recorded run gets an event of static lineage.
    """
    from ribbon.catalog.exports import openlineage_in  # noqa: PLC0415 - imports templates, which are slow to load

    _export(session, openlineage_in(namespace), output, target_path)


@output_option
@target_path_option
@command("odcs", needs=Needs.ARTIFACTS)
def odcs(session: Session, output: Path, target_path: Path | None) -> None:
    """Write a data contract for each mart, as YAML of the Open Data Contract Standard."""
    from ribbon.catalog.exports import ODCS  # noqa: PLC0415 - imports templates, which are slow to load

    _export(session, ODCS, output, target_path)


def _export(session: Session, made: "Format", output: Path, target_path: Path | None) -> None:
    """Write an export and print what it contains."""
    from ribbon.catalog import site_paths  # noqa: PLC0415 - imports templates, which are slow to load
    from ribbon.catalog.exports import export_catalog, export_path  # noqa: PLC0415

    started = time.monotonic()
    path = export_path(output, made)
    place = site_paths(session.paths, target_path=target_path)
    with hold(place.home, f"ribbon export {made.name}"), session.console.bar("Export") as bar:
        exported = export_catalog(session.paths, place, made, path, bar.at)
    _show(session, exported, time.monotonic() - started)


def _show(session: Session, exported: "Exported", seconds: float) -> None:
    console, counts = session.console, exported.counts
    for note in exported.notes:
        console.warn(note)
    contents = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    console.say(f"{exported.path}: {contents or 'nothing'}, in {seconds:.1f} s")
    console.record("export", {"path": str(exported.path), "counts": dict(counts), "seconds": round(seconds, 1)})


for _command in (json_, parquet, openlineage, odcs):
    export.add_command(_command)
