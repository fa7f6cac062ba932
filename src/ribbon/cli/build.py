"""`ribbon build`: dbt build with a progress display."""

import click

from ribbon.cli.session import Session, command
from ribbon.cli.steps import build_step
from ribbon.lock import hold
from ribbon.project import load_project

__all__ = ["build"]


@click.option("--select", "-s", multiple=True, help="dbt's node selection.")
@click.option("--exclude", multiple=True, help="dbt's node selection to exclude.")
@click.option("--full-refresh", is_flag=True, help="Rebuild incremental models from all batches.")
@command("build")
def build(session: Session, select: tuple[str, ...], exclude: tuple[str, ...], full_refresh: bool) -> int:
    """Build and test the models, as `dbt build` does."""
    arguments = [
        *(("--select", *select) if select else ()),
        *(("--exclude", *exclude) if exclude else ()),
        *(("--full-refresh",) if full_refresh else ()),
    ]
    with hold(session.paths.data_dir, "ribbon build"):
        return 0 if build_step(session, load_project(session.paths), arguments) else 1
