"""What is offered as safe is safe: each change is made, and every relation that it touches has the same rows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from ribbon.config import ProjectPaths
from ribbon.evolve.apply import Applied, apply
from ribbon.evolve.proof import proof_text
from ribbon.evolve.proposals import Proposals
from ribbon.model import Proposal, ProposalKind, Standing
from tests.conftest import Workshop

pytestmark = pytest.mark.slow  # two builds of whatever is touched


@pytest.fixture(scope="module")
def safe(proposals: Proposals) -> list[Proposal]:
    """What is said to alter no data."""
    return [each for each in proposals.found if each.provable]


@pytest.fixture(scope="module")
def applied(safe: list[Proposal], planted: Workshop, tmp_path_factory: pytest.TempPathFactory) -> list[Applied]:
    """All of it, in as few proofs as there can be where no two change one file."""
    return [_applied(each, planted, tmp_path_factory.mktemp("applied")) for each in _apart(safe)]


def test_kinds_that_rearrange_sql_are_among_what_is_safe(safe: list[Proposal]) -> None:
    assert {each.kind for each in safe} >= {ProposalKind.EXTRACT, ProposalKind.SIMPLIFY}


def test_each_change_that_is_offered_as_safe_is_proven_equal(applied: list[Applied]) -> None:
    assert "\n".join(proof_text(each.proof) for each in applied if not each.made) == ""


def test_each_model_that_is_changed_is_among_what_was_compared(applied: list[Applied]) -> None:
    for each in applied:
        compared = {relation.name.partition(".")[2] for relation in each.proof.of(Standing.EQUAL)}
        assert _models(edit.path for edit in each.proposal.edits if edit.before and edit.after) <= compared


def test_each_model_that_is_new_was_built(applied: list[Applied]) -> None:
    for each in applied:
        built = {relation.name.partition(".")[2] for relation in each.proof.of(Standing.NEW) if relation.rows}
        assert _models(edit.path for edit in each.proposal.edits if edit.before is None) == built


def _applied(together: Sequence[Proposal], planted: Workshop, home: Path) -> Applied:
    """Proposals as one, applied to a copy of the planted project."""
    for part in ("project", "data"):
        copytree(getattr(planted, part), home / part, symlinks=True)
    whole = replace(together[0], edits=tuple(edit for each in together for edit in each.edits))
    return apply(ProjectPaths(home / "project", home / "data"), whole)


def _apart(proposals: Iterable[Proposal]) -> list[list[Proposal]]:
    """Groups of proposals that change different files."""
    groups: list[tuple[set[str], list[Proposal]]] = []
    for proposal in proposals:
        paths = {edit.path for edit in proposal.edits}
        taken, group = next((each for each in groups if not each[0] & paths), (set(), []))
        if not group:
            groups.append((taken, group))
        taken |= paths
        group.append(proposal)
    return [group for _, group in groups]


def _models(paths: Iterable[str]) -> set[str]:
    return {Path(path).stem for path in paths if path.startswith("models/") and path.endswith(".sql")}
