"""`ribbon export`: the catalog for other programs."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ribbon.cli.session import Session, command
from ribbon.lock import hold

if TYPE_CHECKING:
    from ribbon.catalog.exports import Exported, Format

__all__ = ["export"]


@click.group("export")
def export() -> None:
    """Write the whole catalog for other programs; works for any dbt project."""


def _options(made: click.Command) -> click.Command:
    """With what every format takes."""
    output = click.Option(
        ["--output"],
        type=click.Path(path_type=Path),
        required=True,
        help="The file or folder to write; an export of the same format that is there is replaced.",
    )
    target_path = click.Option(
        ["--target-path"],
        type=click.Path(path_type=Path),
        default=None,
        help="Where dbt left its artifacts; DBT_TARGET_PATH, or target in the project, without it.",
    )
    made.params[:0] = [output, target_path]
    return made


@_options
@command("json", in_project=False)
def json_(session: Session, output: Path, target_path: Path | None) -> None:
    """Write one JSON document with everything the catalog knows."""
    from ribbon.catalog.exports import JSON  # noqa: PLC0415 - brings templates, which take their time to load

    _export(session, JSON, output, target_path)


@_options
@command("parquet", in_project=False)
def parquet(session: Session, output: Path, target_path: Path | None) -> None:
    """Write the same as a folder of Parquet files, a table each."""
    from ribbon.catalog.exports import PARQUET  # noqa: PLC0415 - brings templates, which take their time to load

    _export(session, PARQUET, output, target_path)


@click.option("--namespace", help="Of all datasets; that of OpenLineage's naming for the database without it.")
@_options
@command("openlineage", in_project=False)
def openlineage(session: Session, output: Path, target_path: Path | None, namespace: str | None) -> None:
    """Write OpenLineage events with column lineage, as JSON lines: the last run of each model, else static lineage."""
    from ribbon.catalog.exports import openlineage_in  # noqa: PLC0415 - brings templates, which take their time to load

    _export(session, openlineage_in(namespace), output, target_path)


@_options
@command("odcs", in_project=False)
def odcs(session: Session, output: Path, target_path: Path | None) -> None:
    """Write a data contract for each mart, as YAML of the Open Data Contract Standard."""
    from ribbon.catalog.exports import ODCS  # noqa: PLC0415 - brings templates, which take their time to load

    _export(session, ODCS, output, target_path)


def _export(session: Session, made: "Format", output: Path, target_path: Path | None) -> None:
    """Write an export; says what is in it."""
    from ribbon.catalog import site_paths  # noqa: PLC0415 - brings templates, which take their time to load
    from ribbon.catalog.exports import export_catalog, export_path  # noqa: PLC0415

    started = time.monotonic()
    path = export_path(output, made)
    place = site_paths(session.project, target_path=target_path)
    with hold(place.home, f"ribbon export {made.name}"), session.console.bar("Export") as bar:
        exported = export_catalog(session.project, place, made, path, bar.at)
    _say(session, exported, time.monotonic() - started)


def _say(session: Session, exported: "Exported", seconds: float) -> None:
    console, counts = session.console, exported.counts
    for note in exported.notes:
        console.warn(note)
    told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    console.say(f"{exported.path}: {told or 'nothing'}, in {seconds:.1f} s")
    console.record("export", {"path": str(exported.path), "counts": dict(counts), "seconds": round(seconds, 1)})


for _command in (json_, parquet, openlineage, odcs):
    export.add_command(_command)
