"""`ribbon publish`: publish the marts for readers."""

from ribbon.cli.session import Session, command
from ribbon.cli.steps import publish_step
from ribbon.lock import hold
from ribbon.project import load_project

__all__ = ["publish"]


@command("publish")
def publish(session: Session) -> int:
    """Publish a new version of data/marts.duckdb, with all marts of each use case or none.

    Running queries are not interrupted. A use case is held back if a test of one of its marts failed, or of anything
    upstream of it, or if its marts were built from different versions of what they share; readers keep the version
    that they have of it.
    """
    with hold(session.paths.data_dir, "ribbon publish"):
        return 0 if publish_step(session, load_project(session.paths)) else 1
