"""`ribbon publish`: hand the marts to readers."""

from ribbon.cli.session import Session, command
from ribbon.cli.steps import publish_step
from ribbon.lock import hold
from ribbon.project import load_project as load_manifest

__all__ = ["publish"]


@command("publish")
def publish(session: Session) -> int:
    """Swap data/marts.duckdb for one with each mart's last table that passed.

    A reader that is querying is not disturbed. A mart is held back where a test of it, or of anything it reads, failed.
    """
    with hold(session.project.data_dir, "ribbon publish"):
        return 0 if publish_step(session, load_manifest(session.project)) else 1
