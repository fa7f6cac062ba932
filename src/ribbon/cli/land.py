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

    Every row of a new delivery lands, is known already, or goes to quarantine with the reason. A batch lands completely
    or not at all.
    """
    with hold(session.paths.data_dir, "ribbon land"):
        project = load_project(session.paths)
        step = land_step(session, project, origin, sources)
        # dbt recreates these views on every run; this is for readers of the lake before the next run.
        if step.batches or not session.paths.build_file.exists():
            run_operation(session.paths, "ribbon.create_lake_views")
    return 0 if step.accepted else 1
