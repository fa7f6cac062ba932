"""`ribbon publish`: publish the marts for readers."""

from ribbon.cli.session import Session, command
from ribbon.cli.steps import publish_step
from ribbon.lock import hold
from ribbon.project import load_project

__all__ = ["publish"]


@command("publish")
def publish(session: Session) -> int:
    """Replace data/marts.duckdb with a file that has the last passing version of each mart.

    Running queries are not interrupted. A mart is not published if one of its tests failed, or a test of anything
    upstream of it.
    """
    with hold(session.paths.data_dir, "ribbon publish"):
        return 0 if publish_step(session, load_project(session.paths)) else 1
