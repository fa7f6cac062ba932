"""`ribbon docs`: write the documentation site."""

from ribbon.cli.session import Session, command
from ribbon.cli.steps import docs_step
from ribbon.lock import hold

__all__ = ["docs"]


@command("docs")
def docs(session: Session) -> None:
    """Write the documentation site to data/site/; open its index.html, no server is needed."""
    with hold(session.project.data_dir, "ribbon docs"):
        docs_step(session)
