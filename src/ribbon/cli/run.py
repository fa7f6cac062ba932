"""`ribbon run`: the main job."""

import time
from pathlib import Path

import click

from ribbon.cli.session import Session, command
from ribbon.cli.steps import build_step, docs_step, evolve_step, land_step, publish_step
from ribbon.errors import WorldError
from ribbon.lock import hold
from ribbon.project import Project, load_project
from ribbon.publish import reason_not_to_publish

__all__ = ["run"]


@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    help="Read source files from this folder instead of the contract's.",
)
@command("run")
def run(session: Session, origin: Path | None) -> int:
    """Land new data, build, publish, check for proposals, write the docs, print a summary.

    Missing or broken deliveries are reported; models still build from what is in the lake. What fails on the way is
    not published; the rest is. A developer's target publishes nothing.
    """
    started = time.monotonic()
    with hold(session.paths.data_dir, "ribbon run"):
        project = load_project(session.paths)
        landed = _land(session, project, origin)
        built = build_step(session, project)
        developer = reason_not_to_publish(project)
        if developer:
            session.console.say(f"Nothing is published: {developer}")
        published = bool(developer) or publish_step(session, project)
        traced = evolve_step(session)
        docs_step(session, traced=traced)
    seconds = time.monotonic() - started
    exit_code = landed or (0 if built and published else 1)
    session.console.heading("Summary")
    verdict = "Something failed: see above, or run `ribbon status`" if exit_code else "All is well"
    session.console.say(f"  {verdict}, after {seconds:.0f} s.")
    session.console.record("seconds", round(seconds, 1))
    return exit_code


def _land(session: Session, project: Project, origin: Path | None) -> int:
    """Land new data. A source that cannot be reached is reported; the job goes on with what is in the lake."""
    try:
        return 0 if land_step(session, project, origin).accepted else 1
    except WorldError as error:
        session.console.error(str(error))
        return error.exit_code
