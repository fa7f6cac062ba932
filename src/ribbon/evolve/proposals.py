"""The proposals of a project: ranked, without dismissed ones, and saved for the catalog."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ribbon.errors import ConfigError, WorldError
from ribbon.model import FORM, Dismissal, Evolution, Found, Proposal

if TYPE_CHECKING:
    from ribbon.evolve.evidence.project import ProjectEvidence

__all__ = ["FILE", "Proposals", "ranked", "save_proposals"]

# In the folder where Ribbon stores what it knows of a project.
FILE = "evolution.json"


@dataclass(frozen=True)
class Proposals:
    """found: the best first. dismissed: those that would be proposed again. past: dismissed, and no longer found.

    unknown: what could not be determined, and why.
    """

    found: tuple[Proposal, ...]
    dismissed: tuple[tuple[Dismissal, Proposal], ...] = ()
    past: tuple[Dismissal, ...] = ()
    unknown: tuple[str, ...] = ()

    def named(self, id: str) -> Proposal:  # noqa: A002 - that is what it is
        """The proposal with an id, dismissed or not. Raises ConfigError where there is none."""
        for proposal in self._every():
            if proposal.id == id:
                return proposal
        past = next((dismissal for dismissal in self.past if dismissal.id == id), None)
        hint = f"It was {past.decision}. Its entry may be deleted." if past else "`ribbon evolve` lists them."
        raise ConfigError(f"{id}: there is no proposal with this id. {hint}")

    def dismissal(self, id: str) -> Dismissal | None:  # noqa: A002 - as above
        """The decision not to make the proposal with an id; None where there is none."""
        return next((dismissal for dismissal, _ in self.dismissed if dismissal.id == id), None)

    def without(self, dismissals: Iterable[Dismissal]) -> "Proposals":
        """The same proposals, with exactly these dismissed."""
        ordered = ranked(self._every())
        by_id = {each.id: each for each in dismissals}
        still_found = {proposal.id for proposal in ordered}
        return replace(
            self,
            found=tuple(proposal for proposal in ordered if proposal.id not in by_id),
            dismissed=tuple((by_id[proposal.id], proposal) for proposal in ordered if proposal.id in by_id),
            past=tuple(dismissal for key, dismissal in by_id.items() if key not in still_found),
        )

    def _every(self) -> tuple[Proposal, ...]:
        return (*self.found, *(proposal for _, proposal in self.dismissed))


def ranked(proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """By the use cases they serve, then by queries, then by lines and seconds saved; ties by id. Each id once."""
    return tuple(sorted({proposal.id: proposal for proposal in proposals}.values(), key=_rank))


def _rank(proposal: Proposal) -> tuple[float, float, float, str]:
    gain = proposal.gain
    return (-gain.use_cases, -gain.queries, -(gain.lines + gain.seconds), proposal.id)


def save_proposals(seen: "ProjectEvidence", proposals: Proposals, now: datetime) -> Path:
    """Replace the saved proposals, so that the catalog shows these without searching. now: UTC. Returns the file.

    Raises WorldError where it cannot be written; then the old file stays.
    """
    path = seen.paths.home(seen.target_dir) / FILE
    draft = path.with_suffix(".draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(msgspec.json.encode(_evolution(seen, proposals, now)))
        draft.replace(path)
    except OSError as error:
        raise WorldError(
            f"{path}: cannot be written: {error.strerror}. `ribbon docs` still shows the previous proposals."
        ) from error
    return path


def _evolution(seen: "ProjectEvidence", proposals: Proposals, now: datetime) -> Evolution:
    return Evolution(
        form=FORM,
        found_at=now,
        manifest_at=seen.project.artifacts.metadata.generated_at,
        found=tuple(map(_found, proposals.found)),
        kept=tuple(dismissal for dismissal, _ in proposals.dismissed),
        past=proposals.past,
        unknown=proposals.unknown,
    )


def _found(proposal: Proposal) -> Found:
    """With the diff in place of whole files, which would make the saved file large."""
    return Found(replace(proposal, edits=()), "\n".join(edit.diff for edit in proposal.edits))
