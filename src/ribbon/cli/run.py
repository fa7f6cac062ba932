"""`ribbon run`: the main job."""

import time
from pathlib import Path

import click

from ribbon.cli.session import Session, command
from ribbon.cli.steps import build_step, docs_step, land_step, publish_step
from ribbon.dbt.parsing import load_manifest
from ribbon.lock import hold

__all__ = ["run"]


@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    help="Look for the files here, not where contracts say.",
)
@command("run")
def run(session: Session, origin: Path | None) -> int:
    """Land, build, publish, write the docs, and say how it went.

    What fails on the way is told and keeps its own readers waiting; the rest goes on.
    """
    started = time.monotonic()
    with hold(session.project.data_dir, "ribbon run"):
        manifest = load_manifest(session.project)
        let_in = land_step(session, manifest, origin)
        built = build_step(session, manifest)
        published = publish_step(session, manifest)
        docs_step(session)
    seconds = time.monotonic() - started
    good = let_in and built and published
    session.console.heading("Summary")
    session.console.say(
        f"  {'All is well' if good else 'Something failed: see above, or run `ribbon status`'}, after {seconds:.0f} s."
    )
    session.console.record("seconds", round(seconds, 1))
    return 0 if good else 1
