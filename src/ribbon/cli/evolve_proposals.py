"""`ribbon evolve list`, `show`, `keep`: what is proposed."""

from datetime import UTC, datetime
from pathlib import Path

import click

from ribbon.cli.evolve_screen import show_kept, show_list, show_proposal
from ribbon.cli.session import Session, command
from ribbon.evolve import Proposals, Seen, keep, propose
from ribbon.model import ProposalKind

__all__ = ["keep_", "list_", "show"]

_target_path = click.option(
    "--target-path",
    type=click.Path(path_type=Path),
    default=None,
    help="Where dbt left its artifacts; DBT_TARGET_PATH, or target in the project, without it.",
)


@_target_path
@click.option("--kept", "kept_only", is_flag=True, help="List what was kept apart on purpose instead.")
@click.option("--kind", type=click.Choice(list(ProposalKind)), default=None, help="Only proposals of this kind.")
@command("list")
def list_(session: Session, kind: str | None, target_path: Path | None, *, kept_only: bool) -> None:
    """List how the model should grow, the best proposals first, a line each.

    They come from what the sources deliver, what the imported query logs ask for, and the SQL between them; works for
    any dbt project that is compiled.
    """
    _, proposals = _propose(session, target_path)
    if kept_only:
        show_kept(session.console, proposals)
    else:
        show_list(session.console, proposals, kind)


@click.argument("id")
@_target_path
@command("show")
def show(session: Session, id: str, target_path: Path | None) -> None:  # noqa: A002 - that is what it is
    """Show the proposal ID: what was seen, what it gains, what could go wrong, and the exact change."""
    _, proposals = _propose(session, target_path)
    show_proposal(session.console, proposals.named(id))


@click.argument("id")
@click.option("--because", required=True, help="Why, for whoever reads it in a year.")
@_target_path
@command("keep")
def keep_(session: Session, id: str, because: str, target_path: Path | None) -> None:  # noqa: A002
    """Record that the proposal ID is not wanted, in docs/decisions/kept.yml.

    It is not proposed again until what it says changes.
    """
    seen, proposals = _propose(session, target_path)
    proposal = proposals.named(id)
    path = keep(session.project.project_dir, proposal, because, seen.git.who(), seen.today)
    session.console.say(f"{proposal.id} is kept apart: {path.relative_to(session.project.project_dir)}")
    session.console.record("kept", proposal.id)
    session.console.record("file", str(path))


def _propose(session: Session, target_path: Path | None) -> tuple[Seen, Proposals]:
    project = session.project
    target_dir = project.project_dir / target_path if target_path else project.target_dir
    with session.console.bar("Lineage") as bar:
        seen = Seen(project, target_dir, datetime.now(UTC).date(), bar.at)
        return seen, propose(seen)
