"""`ribbon evolve list`, `show`, `keep`: what is proposed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ribbon.cli.evolve_screen import show_kept, show_list, show_proposal
from ribbon.cli.session import Session, command
from ribbon.errors import WorldError
from ribbon.evolve.keeping import keep, read_kept
from ribbon.evolve.remembering import remember
from ribbon.model import ProposalKind

if TYPE_CHECKING:
    from ribbon.evolve.evidence import Seen
    from ribbon.evolve.proposing import Proposals

__all__ = ["from_option", "keep_", "list_", "proposed", "remembered", "show", "target_path_option"]

KINDS = [kind.value for kind in ProposalKind]

target_path_option = click.option(
    "--target-path",
    type=click.Path(path_type=Path),
    default=None,
    help="Where dbt left its artifacts; DBT_TARGET_PATH, or target in the project, without it.",
)

from_option = click.option(
    "--from",
    "offered_in",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Look in this folder for files on offer, instead of where the contracts say, as `ribbon land` does.",
)


@from_option
@target_path_option
@click.option("--kept", "kept_only", is_flag=True, help="List what was kept apart on purpose instead.")
@click.option("--kind", type=click.Choice(KINDS), default=None, help="Only proposals of this kind.")
@command("list")
def list_(
    session: Session, kind: str | None, target_path: Path | None, offered_in: Path | None, *, kept_only: bool
) -> None:
    """List how the model should grow, the best proposals first, a line each.

    They come from what the sources deliver, what the imported query logs ask for, and the SQL between them; works for
    any dbt project that is compiled. `ribbon docs` shows what was listed last.
    """
    seen, proposals = proposed(session, target_path, offered_in)
    remembered(session, seen, proposals)
    if kept_only:
        show_kept(session.console, proposals)
    else:
        show_list(session.console, proposals, kind)


@click.argument("id")
@from_option
@target_path_option
@command("show")
def show(session: Session, id: str, target_path: Path | None, offered_in: Path | None) -> None:  # noqa: A002
    """Show the proposal ID: what was seen, what it gains, what could go wrong, and the exact change."""
    _, proposals = proposed(session, target_path, offered_in)
    show_proposal(session.console, proposals.named(id))


@click.argument("id")
@click.option("--because", required=True, help="Why, for whoever reads it in a year.")
@from_option
@target_path_option
@command("keep")
def keep_(session: Session, id: str, because: str, target_path: Path | None, offered_in: Path | None) -> None:  # noqa: A002
    """Record that the proposal ID is not wanted, in docs/decisions/kept.yml.

    It is not proposed again until what it says changes.
    """
    seen, proposals = proposed(session, target_path, offered_in)
    proposal = proposals.named(id)
    path = keep(session.project.project_dir, proposal, because, seen.git.who(), seen.today)
    remembered(session, seen, proposals.parted(read_kept(session.project.project_dir)))
    session.console.say(f"{proposal.id} is kept apart: {path.relative_to(session.project.project_dir)}")
    session.console.record("kept", proposal.id)
    session.console.record("file", str(path))


def remembered(session: Session, seen: "Seen", proposals: "Proposals") -> None:
    """Keep what was found for `ribbon docs`; where that cannot be, what is asked for here is told all the same."""
    try:
        remember(seen, proposals, datetime.now(UTC))
    except WorldError as error:
        session.console.warn(str(error))


def proposed(session: Session, target_path: Path | None, offered_in: Path | None = None) -> "tuple[Seen, Proposals]":
    """What is seen of the project, and what is proposed."""
    from ribbon.evolve.evidence import Seen  # noqa: PLC0415 - brings sqlglot, of no use to other commands
    from ribbon.evolve.proposing import propose  # noqa: PLC0415

    project = session.project
    target_dir = project.project_dir / target_path if target_path else project.target_dir
    with session.console.bar("Lineage") as bar:
        seen = Seen(project, target_dir, datetime.now(UTC).date(), bar.at, offered_in and offered_in.resolve())
        return seen, propose(seen)
