"""Applying a proposal: the edits are tried on a copy, proven there, and only then made in the working tree."""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError, WorldError
from ribbon.evolve.git import Tree, commit_tree, tracked, uncommitted, working_tree
from ribbon.evolve.proof.proof import Question, proof_text, prove
from ribbon.evolve.proof.workspace import Listener, scratch_folder
from ribbon.model import Edit, Proof, Proposal

__all__ = ["Applied", "apply", "write_edits"]


@dataclass(frozen=True)
class Applied:
    """The result. made: whether the edits are in the working tree. message: for the commit, empty if not made.

    proof: of the relations that the edits touch; of edits that are meant to alter data, it shows what they alter.
    """

    proposal: Proposal
    proof: Proof
    made: bool
    message: str = ""


def apply(project: ProjectPaths, proposal: Proposal, listen: Listener | None = None) -> Applied:
    """Make the edits of a proposal if what they touch builds and, where that is promised, no data differs.

    Raises ConfigError where the working tree has uncommitted changes, where the proposal has no edits, or where a file
    has changed since the proposal was made, or is not tracked; WorldError where a file cannot be written; otherwise as
    `prove` does. The working tree is then unchanged.
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


def write_edits(root: Path, edits: Sequence[Edit]) -> None:
    """Make edits in a folder, all of them or none; a file keeps its mode.

    New texts are first written beside their files, so that most failures come before any file is changed. Raises
    WorldError where a file cannot be written; files changed by then are restored.
    """
    ordered = sorted(edits, key=lambda edit: edit.after is None)  # files are deleted last
    drafts: list[Path] = []
    begun: list[Edit] = []
    try:
        for edit in ordered:
            if edit.after is not None:
                drafts.append(_draft(root / edit.path))
                drafts[-1].write_bytes(edit.after.encode("utf-8"))
        for place, edit in enumerate(ordered):
            begun.append(edit)
            _put(root / edit.path, drafts[place] if edit.after is not None else None)
    except OSError as error:
        _restore(root, begun)
        raise WorldError(
            f"{root / edit.path}: cannot be written: {error.strerror}. Make it writable; `git status` should show no"
            " changes."
        ) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _check(project_dir: Path, proposal: Proposal) -> None:
    if not proposal.edits:
        raise ConfigError(
            f"{proposal.id}: cannot be applied automatically; see `ribbon evolve show {proposal.id}` for what to do."
        )
    if changed := uncommitted(project_dir):
        raise ConfigError(f"{changed[0]}: is not committed. Commit or stash it, so that the change can be reverted.")
    known = tracked(project_dir)
    for edit in proposal.edits:
        path = project_dir / edit.path
        if (path.read_bytes().decode("utf-8", "replace") if path.is_file() else None) != edit.before:
            raise ConfigError(
                f"{edit.path}: has changed since the proposal was made. Run `dbt compile` and `ribbon evolve`."
            )
        if edit.before is not None and edit.path not in known:
            raise ConfigError(
                f"{edit.path}: is a link, or is not tracked by git, so that its change could not be reverted. Make the"
                f" change by hand: see `ribbon evolve show {proposal.id}`."
            )


def _message(proposal: Proposal, proof: Proof) -> str:
    """A message for the commit: what, why, and the proof."""
    why = "\n".join(f"- {each.where}: {each.what}" for each in proposal.evidence)
    return f"{proposal.title}\n\n{why}\n\nProposal {proposal.id}.\n{proof_text(proof)}\n"


def _draft(path: Path) -> Path:
    """An empty file beside another one, with its mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        draft = Path(file.name)
    draft.chmod(path.stat().st_mode if path.is_file() else 0o644)
    return draft


def _put(path: Path, draft: Path | None) -> None:
    if draft:
        draft.replace(path)
    else:
        path.unlink()


def _restore(root: Path, edits: Sequence[Edit]) -> None:
    for edit in edits:
        with suppress(OSError):  # what could not be changed needs no restoring
            if edit.before is None:
                (root / edit.path).unlink(missing_ok=True)
            else:
                (root / edit.path).write_bytes(edit.before.encode("utf-8"))
