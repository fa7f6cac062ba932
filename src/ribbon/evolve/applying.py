"""Applying a proposal: the change is tried on a copy, proven there, and only then made."""

from dataclasses import dataclass
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError
from ribbon.evolve.editing.writing import write_edits
from ribbon.evolve.proving import (
    Listener,
    Question,
    Tree,
    commit_tree,
    prove,
    scratch_folder,
    told,
    tracked,
    uncommitted,
    working_tree,
)
from ribbon.model import Proof, Proposal

__all__ = ["Applied", "apply"]


@dataclass(frozen=True)
class Applied:
    """What came of it. made: whether the change is in the working tree. message: for the commit, empty if not made.

    proof: of what the change touches; for a change that is meant to alter data, what it alters.
    """

    proposal: Proposal
    proof: Proof
    made: bool
    message: str = ""


def apply(project: ProjectPaths, proposal: Proposal, listen: Listener | None = None) -> Applied:
    """Make the change of a proposal, if what it touches builds with it and, where that is promised, no data differs.

    Raises ConfigError where the working tree is not as git has it, where the proposal takes a person, or where a file
    is no longer what the proposal was made from, or is none of git's; WorldError where a file cannot be written; and as
    `prove` does. The working tree is then as it was.
    """
    _check(project.project_dir, proposal)
    with scratch_folder(project, "ribbon evolve apply") as folder:
        before = commit_tree(project.project_dir, "HEAD", folder / "before" / "tree")
        changed = working_tree(project.project_dir, folder / "after" / "tree")
        write_edits(changed.folder, proposal.edits)
        after = Tree(changed.folder, f"{proposal.id} applied")
        proof = prove(project, before, after, folder, Question(), listen)
        if not proof.builds or (proposal.provable and not proof.holds):
            return Applied(proposal, proof, made=False)
        _check(project.project_dir, proposal)
        write_edits(project.project_dir, proposal.edits)
    return Applied(proposal, proof, made=True, message=_message(proposal, proof))


def _check(project_dir: Path, proposal: Proposal) -> None:
    if not proposal.edits:
        raise ConfigError(f"{proposal.id}: takes a person; `ribbon evolve show {proposal.id}` says what is to be done.")
    if changed := uncommitted(project_dir):
        raise ConfigError(f"{changed[0]}: is not committed. Commit or stash it, so that the change can be taken back.")
    known = tracked(project_dir)
    for edit in proposal.edits:
        path = project_dir / edit.path
        if (path.read_bytes().decode("utf-8", "replace") if path.is_file() else None) != edit.before:
            raise ConfigError(f"{edit.path}: is not as the proposal found it. Run `dbt compile` and `ribbon evolve`.")
        if edit.before is not None and edit.path not in known:
            raise ConfigError(
                f"{edit.path}: is a link, or is not in git, so that its change could not be taken back. Make the change"
                f" by hand: `ribbon evolve show {proposal.id}` has it."
            )


def _message(proposal: Proposal, proof: Proof) -> str:
    """A message for the commit: what, why, and the proof."""
    why = "\n".join(f"- {each.where}: {each.what}" for each in proposal.evidence)
    return f"{proposal.title}\n\n{why}\n\nProposal {proposal.id}.\n{told(proof)}\n"
