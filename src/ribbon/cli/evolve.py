"""`ribbon evolve`: list, show, apply, dismiss and verify proposals for the model."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ribbon.cli.console import Console
from ribbon.cli.session import Needs, Session, command, group_with_default, target_path_option
from ribbon.cli.steps import find_proposals, store_proposals
from ribbon.evolve.apply import Applied, apply
from ribbon.evolve.dismissed import dismiss, read_dismissed
from ribbon.evolve.proof import TOLERANCE, Question, proof_text, verify
from ribbon.model import DifferingRow, Dismissal, Proof, Proposal, ProposalKind, Standing

if TYPE_CHECKING:
    from ribbon.evolve.proposals import Proposals

__all__ = ["evolve"]

KINDS = [kind.value for kind in ProposalKind]

offered_option = click.option(
    "--from",
    "offered_in",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Read source files from this folder instead of the contract's, as `ribbon land` does.",
)


@group_with_default("evolve", "list")
def evolve() -> None:
    """Propose changes to the model, based on what sources deliver, what is queried, and the SQL in between."""


@offered_option
@target_path_option
@click.option("--dismissed", is_flag=True, help="List dismissed proposals instead.")
@click.option("--kept", is_flag=True, hidden=True, help="The old name of --dismissed.")
@click.option("--kind", type=click.Choice(KINDS), default=None, help="Only proposals of this kind.")
@command("list", needs=Needs.PROJECT)
def list_(
    session: Session,
    *,
    kind: str | None,
    target_path: Path | None,
    offered_in: Path | None,
    dismissed: bool,
    kept: bool,
) -> None:
    """List proposals, best first, one per line.

    They come from what the sources deliver, from imported query logs, and from the SQL in between. This works for any
    compiled dbt project. `ribbon docs` shows the proposals of the last list.
    """
    evidence, proposals = find_proposals(session, target_path, offered_in)
    store_proposals(session, evidence, proposals)
    if dismissed or kept:
        _show_dismissed(session.console, proposals)
    else:
        _show_list(session.console, proposals, kind)


@click.argument("id")
@offered_option
@target_path_option
@command("show", needs=Needs.PROJECT)
def show(session: Session, id: str, target_path: Path | None, offered_in: Path | None) -> None:  # noqa: A002
    """Show proposal ID: the evidence, the gain, the risk, and the exact change."""
    _, proposals = find_proposals(session, target_path, offered_in)
    _show_proposal(session.console, proposals.named(id), proposals.dismissal(id))


@click.argument("id")
@offered_option
@target_path_option
@command("apply", needs=Needs.PROJECT)
def apply_(session: Session, id: str, target_path: Path | None, offered_in: Path | None) -> int:  # noqa: A002
    """Apply proposal ID to the working tree, which must have no uncommitted changes.

    The change is first tried on a copy: the project is built before and after it into scratch files, and every
    affected relation is compared. If something does not build, or if the change should not alter data and this is not
    proven, the working tree stays as it was and the command exits with 1.
    """
    _, proposals = find_proposals(session, target_path, offered_in)
    proposal = proposals.named(id)
    with session.console.bar("Proof") as bar:
        applied = apply(session.paths, proposal, bar.at)
    _show_applied(session.console, applied)
    return 0 if applied.made else 1


@click.argument("id")
@click.option("--because", required=True, help="The reason, for whoever reads the decision in a year.")
@offered_option
@target_path_option
@command("dismiss", needs=Needs.PROJECT)
def dismiss_(session: Session, id: str, because: str, target_path: Path | None, offered_in: Path | None) -> None:  # noqa: A002
    """Dismiss proposal ID and record the reason in docs/decisions/.

    It is not proposed again until its content changes.
    """
    evidence, proposals = find_proposals(session, target_path, offered_in)
    proposal = proposals.named(id)
    path = dismiss(
        session.paths.project_dir, proposal, because, evidence.git.who(), evidence.today, evidence.project.name
    )
    store_proposals(session, evidence, proposals.without(read_dismissed(session.paths.project_dir)))
    session.console.say(f"{proposal.id} dismissed: {path.relative_to(session.paths.project_dir)}")
    session.console.record("kept", proposal.id)
    session.console.record("file", str(path))


@click.argument("after", required=False)
@click.argument("before", default="HEAD")
@click.option("--model", "models", multiple=True, help="Compare this model only; can be repeated.")
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0, max=1),
    default=TOLERANCE,
    show_default=True,
    help="Largest difference between two floats that counts as equal, relative to the larger one.",
)
@command("verify", needs=Needs.PROJECT)
def verify_(session: Session, before: str, after: str | None, models: tuple[str, ...], tolerance: float) -> int:
    """Compare the data of two commits row by row: BEFORE and AFTER; default: HEAD and the working tree.

    Every changed model, and everything downstream of it, is built twice into scratch files that are deleted
    afterwards. All other relations are read from the build file, which is not modified. Expectations apply as in any
    build; test nodes do not run. Exits with 1 if a relation differs or cannot be proven equal.
    """
    with session.console.bar("Proof") as bar:
        proof = verify(session.paths, before, after, Question(models, tolerance), bar.at)
    _show_proof(session.console, proof)
    return 0 if proof.holds else 1


def _show_list(console: Console, proposals: "Proposals", kind: str | None) -> None:
    chosen = [proposal for proposal in proposals.found if kind in {None, proposal.kind.value}]
    for proposal in chosen:
        gain = proposal.gain.summary
        console.say(f"{proposal.id}  {proposal.title}{f'  ({gain})' if gain else ''}")
    if not chosen:
        console.say(f"No proposals{f' of kind {kind}' if kind else ''}.")
    if proposals.dismissed:
        console.say(f"{len(proposals.dismissed):,} dismissed; `ribbon evolve --dismissed` lists them.")
    for unknown in proposals.unknown:
        console.warn(unknown)
    console.record("proposals", [_document(proposal) for proposal in chosen])
    console.record("unknown", list(proposals.unknown))


def _show_dismissed(console: Console, proposals: "Proposals") -> None:
    """Dismissed proposals; those that no rule proposes any more are marked as past."""
    for dismissed, _ in proposals.dismissed:
        _show_decision(console, dismissed, "")
    for dismissed in proposals.past:
        _show_decision(console, dismissed, " (past: no longer proposed)")
    if not (proposals.dismissed or proposals.past):
        console.say("No dismissed proposals.")
    console.record("kept", [asdict(dismissed) | {"past": False} for dismissed, _ in proposals.dismissed])
    console.record("past", [asdict(dismissed) | {"past": True} for dismissed in proposals.past])


def _show_decision(console: Console, dismissed: Dismissal, note: str) -> None:
    console.say(f"{dismissed.id}  {dismissed.title}{note}")
    console.say(f"  {dismissed.decision}")


def _show_proposal(console: Console, proposal: Proposal, dismissed: Dismissal | None) -> None:
    console.heading(f"{proposal.id}  {proposal.title}")
    if dismissed:
        console.say(f"  {dismissed.decision}")
    for evidence in proposal.evidence:
        console.say(f"  {evidence.where}: {evidence.what}")
    for name, text in _properties(proposal).items():
        console.say(f"{name}: {text}")
    for edit in proposal.edits:
        console.say("")
        console.say(edit.diff)
    console.record("proposal", _document(proposal))
    console.record("dismissed", asdict(dismissed) if dismissed else None)


def _properties(proposal: Proposal) -> Mapping[str, str]:
    lines = {
        "Gain": proposal.gain.summary,
        "Risk": proposal.risk,
        "Ask": ", ".join(proposal.ask),
        "Proof": "building before and after can prove that no other data changes" if proposal.provable else "",
        "Change": "" if proposal.edits else f"cannot be applied automatically. {proposal.by_hand}",
    }
    return {name: text for name, text in lines.items() if text}


def _document(proposal: Proposal) -> dict[str, Any]:
    """A proposal in JSON output, with its id and its diff."""
    return asdict(proposal) | {
        "id": proposal.id,
        "diff": "\n".join(edit.diff for edit in proposal.edits),
        "by_hand": proposal.by_hand,
    }


def _show_applied(console: Console, applied: Applied) -> None:
    _show_proof(console, applied.proof)
    console.record("made", applied.made)
    console.record("message", applied.message)
    if not applied.made:
        console.say(f"{applied.proposal.id} {_refusal(applied.proof)}: nothing was changed.")
        return
    console.heading(f"{applied.proposal.id} applied to the working tree")
    for edit in applied.proposal.edits:
        done = "new" if edit.before is None else "removed" if edit.after is None else "changed"
        console.say(f"  {done}: {edit.path}")
    console.say("Commit message:\n")
    console.say(applied.message)


def _refusal(proof: Proof) -> str:
    if not proof.builds:
        return "does not build"
    return "alters data, which it should not" if proof.of(Standing.DIFFERS) else "is not proven to leave data unchanged"


def _show_proof(console: Console, proof: Proof) -> None:
    """Every relation that a change affects, and examples of rows that differ."""
    console.say(proof_text(proof))
    for each in proof.relations:
        if each.rows and each.rows.examples and each.standing in {Standing.DIFFERS, Standing.UNPROVABLE}:
            console.heading(f"{each.name}: rows that differ, the first {len(each.rows.examples)}")
            for row in each.rows.examples:
                console.say(f"  {_row(row)}")
    console.record("holds", proof.holds)
    console.record("proof", proof_text(proof))
    for name, value in asdict(proof).items():
        console.record(name, value)


def _row(row: DifferingRow) -> str:
    key = ", ".join(f"{name} = {_value(value)}" for name, value in row.key.items())
    if row.side != "both":
        return f"only {row.side}: {key}"
    values = (f"{name} {_value(before)} → {_value(after)}" for name, (before, after) in row.values.items())
    return f"{key}: {', '.join(values)}"


def _value(value: str | None) -> str:
    return "null" if value is None else value


def _old_name(name: str, of: click.Command) -> click.Command:
    """A command under the name that it had before; it goes on working and is not listed."""
    return click.Command(name, callback=of.callback, params=of.params, help=of.help, hidden=True)


_commands: tuple[click.Command, ...] = (list_, show, apply_, dismiss_, verify_, _old_name("keep", dismiss_))
for _command in _commands:
    evolve.add_command(_command)
