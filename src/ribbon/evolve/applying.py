"""Applying a proposal: the change is tried on a copy, proven there, and only then made."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ribbon.config import Project
from ribbon.errors import ConfigError, WorldError
from ribbon.evolve.proving import (
    Listener,
    Question,
    Tree,
    commit_tree,
    prove,
    scratch_folder,
    told,
    uncommitted,
    working_tree,
)
from ribbon.model import Edit, Proof, Proposal

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


def apply(project: Project, proposal: Proposal, listen: Listener | None = None) -> Applied:
    """Make the change of a proposal, if both states build and, where that is promised, no data differs.

    Raises ConfigError where the working tree is not as git has it, where the proposal takes a person, or where a file
    is no longer what the proposal was made from; and as `prove` does. The working tree is then as it was.
    """
    _check(project.project_dir, proposal)
    with scratch_folder(project, "ribbon evolve apply") as folder:
        before = commit_tree(project.project_dir, "HEAD", folder / "before" / "tree")
        changed = working_tree(project.project_dir, folder / "after" / "tree")
        _write(changed.folder, proposal.edits)
        after = Tree(changed.folder, f"{proposal.id} applied")
        proof = prove(project, before, after, folder, Question(), listen)
        if proposal.provable and not proof.holds:
            return Applied(proposal, proof, made=False)
        _check(project.project_dir, proposal)
        _write(project.project_dir, proposal.edits)
    return Applied(proposal, proof, made=True, message=_message(proposal, proof))


def _check(project_dir: Path, proposal: Proposal) -> None:
    if not proposal.edits:
        raise ConfigError(f"{proposal.id}: takes a person; `ribbon evolve show {proposal.id}` says what is to be done.")
    if changed := uncommitted(project_dir):
        raise ConfigError(f"{changed[0]}: is not committed. Commit or stash it, so that the change can be taken back.")
    for edit in proposal.edits:
        if _text(project_dir / edit.path) != edit.before:
            raise ConfigError(f"{edit.path}: is not as the proposal found it. Run `dbt compile` and `ribbon evolve`.")


def _text(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8") if path.is_file() else None


def _write(root: Path, edits: Sequence[Edit]) -> None:
    """Write what is new beside its place first, so that what fails, fails before anything is changed."""
    ready: list[tuple[str, Path]] = []
    try:
        ready = [(_beside(root / edit.path, edit.after), root / edit.path) for edit in edits if edit.after is not None]
        for written, path in ready:
            Path(written).replace(path)
        for edit in edits:
            if edit.after is None:
                (root / edit.path).unlink()
    except OSError as error:
        raise WorldError(
            f"{error.filename}: cannot be written: {error.strerror}. `git status` tells what is."
        ) from error
    finally:
        for written, _ in ready:
            Path(written).unlink(missing_ok=True)


def _beside(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        file.write(text.encode("utf-8"))
    mode = path.stat().st_mode if path.exists() else 0o644
    Path(file.name).chmod(mode)
    return file.name


def _message(proposal: Proposal, proof: Proof) -> str:
    """A message for the commit: what, why, and the proof."""
    why = "\n".join(f"- {each.where}: {each.what}" for each in proposal.evidence)
    return f"{proposal.title}\n\n{why}\n\nProposal {proposal.id}.\n{told(proof)}\n"
