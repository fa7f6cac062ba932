"""`ribbon evolve apply`: a proposal, proven and made."""

from pathlib import Path

import click

from ribbon.cli.evolve_proof_screen import show_proof
from ribbon.cli.evolve_proposals import from_option, proposed, target_path_option
from ribbon.cli.session import Session, command
from ribbon.evolve.applying import Applied, apply
from ribbon.model import Proof, Standing

__all__ = ["apply_"]


@click.argument("id")
@from_option
@target_path_option
@command("apply")
def apply_(session: Session, id: str, target_path: Path | None, offered_in: Path | None) -> int:  # noqa: A002
    """Make the change of the proposal ID in the working tree, which git has to know as it is.

    It is tried on a copy first: both states are built into scratch files, and every relation that the change touches
    is compared. Where something does not build with it, or it should alter no data and that is not proven, the working
    tree stays as it was. Exits with 1 then.
    """
    _, proposals = proposed(session, target_path, offered_in)
    proposal = proposals.named(id)
    with session.console.bar("Proof") as bar:
        applied = apply(session.project, proposal, bar.at)
    _show(session, applied)
    return 0 if applied.made else 1


def _show(session: Session, applied: Applied) -> None:
    console = session.console
    show_proof(console, applied.proof)
    console.record("made", applied.made)
    console.record("message", applied.message)
    if not applied.made:
        console.say(f"{applied.proposal.id} {_refusal(applied.proof)}: nothing is changed.")
        return
    console.heading(f"{applied.proposal.id} is in the working tree")
    for edit in applied.proposal.edits:
        done = "new" if edit.before is None else "removed" if edit.after is None else "changed"
        console.say(f"  {done}: {edit.path}")
    console.say("A message for the commit:\n")
    console.say(applied.message)


def _refusal(proof: Proof) -> str:
    if not proof.builds:
        return "does not build"
    return "alters data, which it should not" if proof.of(Standing.DIFFERS) else "is not proven to alter no data"
