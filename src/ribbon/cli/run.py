"""`ribbon run`: the main job."""

import time
from pathlib import Path

import click

from ribbon.cli.evolve_step import evolve_step
from ribbon.cli.session import Session, command
from ribbon.cli.steps import build_step, docs_step, land_step, publish_step
from ribbon.errors import WorldError
from ribbon.lock import hold
from ribbon.project import Project as Manifest
from ribbon.project import load_project as load_manifest
from ribbon.publish import reason_not_to_publish

__all__ = ["run"]


@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    help="Look for the files here, not where contracts say.",
)
@command("run")
def run(session: Session, origin: Path | None) -> int:
    """Land, build, publish, look how the model should grow, write the docs, and say how it went.

    A delivery that is missing or broken is told, and what the lake has is built all the same. What fails on the way is
    not published, and the rest is. A developer's target publishes nothing.
    """
    started = time.monotonic()
    with hold(session.project.data_dir, "ribbon run"):
        manifest = load_manifest(session.project)
        landed = _land(session, manifest, origin)
        built = build_step(session, manifest)
        developer = reason_not_to_publish(manifest)
        if developer:
            session.console.say(f"Nothing is published: {developer}")
        published = bool(developer) or publish_step(session, manifest)
        evolve_step(session)
        docs_step(session)
    seconds = time.monotonic() - started
    exit_code = landed or (0 if built and published else 1)
    session.console.heading("Summary")
    verdict = "Something failed: see above, or run `ribbon status`" if exit_code else "All is well"
    session.console.say(f"  {verdict}, after {seconds:.0f} s.")
    session.console.record("seconds", round(seconds, 1))
    return exit_code


def _land(session: Session, manifest: Manifest, origin: Path | None) -> int:
    """Land; a source that cannot be reached is told, and what the lake has is built all the same."""
    try:
        return 0 if land_step(session, manifest, origin) else 1
    except WorldError as error:
        session.console.error(str(error))
        return error.exit_code
