"""`ribbon land`: bring new data of the sources into the lake."""

from pathlib import Path

import click

from ribbon.cli.session import Session, command
from ribbon.cli.steps import land_step
from ribbon.lock import hold
from ribbon.project import load_project, run_operation

__all__ = ["land"]


@click.argument("sources", nargs=-1)
@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    help="Read source files from this folder instead of the contract's.",
)
@command("land")
def land(session: Session, sources: tuple[str, ...], origin: Path | None) -> int:
    """Bring new data of SOURCES (default: all) into the lake; each batch is validated first.

    A batch lands completely or not at all. A batch that fails an expectation goes to quarantine, with the reasons.
    """
    with hold(session.paths.data_dir, "ribbon land"):
        project = load_project(session.paths)
        accepted = land_step(session, project, origin, sources)
        # dbt recreates these views on every run; this is for readers of the lake before the next run.
        run_operation(session.paths, "ribbon.create_lake_views")
    return 0 if accepted else 1
