"""`ribbon land`: bring what is new of the sources into the lake."""

from pathlib import Path

import click

from ribbon.cli.session import Session, command
from ribbon.cli.steps import land_step
from ribbon.dbt.runner import run_dbt
from ribbon.lock import hold
from ribbon.project import load_project as load_manifest

__all__ = ["land"]


@click.argument("sources", nargs=-1)
@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    help="Look for the files here, not where contracts say.",
)
@command("land")
def land(session: Session, sources: tuple[str, ...], origin: Path | None) -> int:
    """Bring what is new of SOURCES (all without a name) into the lake, each batch checked at the door.

    A batch appears whole or not at all. One that breaks an expectation goes to quarantine with the reasons.
    """
    with hold(session.project.data_dir, "ribbon land"):
        manifest = load_manifest(session.project)
        let_in = land_step(session, manifest, origin, sources)
        # dbt makes the views again whenever it runs; this is for those who look at the lake before it does.
        run_dbt(session.project, ["run-operation", "create_lake_views"])
    return 0 if let_in else 1
