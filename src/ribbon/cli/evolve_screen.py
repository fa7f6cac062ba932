"""What `ribbon evolve` shows."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ribbon.cli.console import Console
from ribbon.model import Kept, Proposal

if TYPE_CHECKING:
    from ribbon.evolve.proposing import Proposals

__all__ = ["show_kept", "show_list", "show_proposal"]


def show_list(console: Console, proposals: "Proposals", kind: str | None) -> None:
    """The proposals, a line each, the best first."""
    chosen = [proposal for proposal in proposals.found if kind in {None, proposal.kind.value}]
    for proposal in chosen:
        gain = proposal.gain.told
        console.say(f"{proposal.id}  {proposal.title}{f'  ({gain})' if gain else ''}")
    if not chosen:
        console.say(f"Nothing is proposed{f' of the kind {kind}' if kind else ''}.")
    if proposals.kept:
        console.say(f"{len(proposals.kept):,} kept apart; `ribbon evolve --kept` lists what was kept.")
    for unknown in proposals.unknown:
        console.warn(unknown)
    console.record("proposals", [document(proposal) for proposal in chosen])
    console.record("unknown", list(proposals.unknown))


def show_kept(console: Console, proposals: "Proposals") -> None:
    """What was kept apart on purpose, and which of it is past: not proposed any more, whatever was decided."""
    for kept, _ in proposals.kept:
        _show_kept(console, kept, "")
    for kept in proposals.past:
        _show_kept(console, kept, " (past: it is not proposed any more)")
    if not (proposals.kept or proposals.past):
        console.say("Nothing was kept apart.")
    console.record("kept", [asdict(kept) | {"past": False} for kept, _ in proposals.kept])
    console.record("past", [asdict(kept) | {"past": True} for kept in proposals.past])


def show_proposal(console: Console, proposal: Proposal) -> None:
    """All of one proposal: what was seen, what it brings, what could go wrong, the exact change."""
    console.heading(f"{proposal.id}  {proposal.title}")
    for evidence in proposal.evidence:
        console.say(f"  {evidence.where}: {evidence.what}")
    for name, told in _told(proposal).items():
        console.say(f"{name}: {told}")
    for edit in proposal.edits:
        console.say("")
        console.say(edit.diff)
    console.record("proposal", document(proposal))


def document(proposal: Proposal) -> dict[str, Any]:
    """A proposal as JSON has it, with its id and its diff."""
    return asdict(proposal) | {"id": proposal.id, "diff": "\n".join(edit.diff for edit in proposal.edits)}


def _told(proposal: Proposal) -> Mapping[str, str]:
    lines = {
        "Gain": proposal.gain.told,
        "Risk": proposal.risk,
        "Ask": ", ".join(proposal.ask),
        "Proof": "building before and after can prove that nothing else changes" if proposal.provable else "",
        "Change": "" if proposal.edits else "takes a person",
    }
    return {name: told for name, told in lines.items() if told}


def _show_kept(console: Console, kept: Kept, note: str) -> None:
    who = f" by {kept.who}" if kept.who else ""
    console.say(f"{kept.id}  {kept.title}{note}")
    console.say(f"  kept on {kept.date}{who}: {kept.because}")
