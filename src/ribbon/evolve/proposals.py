"""The proposals of a project: ranked, without dismissed ones, and saved for the catalog."""

from collections.abc import Iterable
from contextlib import suppress
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

    unknown: what could not be determined, and why. project: the name of the dbt project.
    """

    found: tuple[Proposal, ...]
    dismissed: tuple[tuple[Dismissal, Proposal], ...] = ()
    past: tuple[Dismissal, ...] = ()
    unknown: tuple[str, ...] = ()
    project: str = ""

    def named(self, id: str) -> Proposal:  # noqa: A002 - that is what it is
        """The proposal with an id, dismissed or not. Raises ConfigError where there is none."""
        by_id = {dismissal.id: proposal for dismissal, proposal in self.dismissed}
        by_id |= {proposal.id: proposal for proposal in self._every()}
        if id in by_id:
            return by_id[id]
        past = next((dismissal for dismissal in self.past if dismissal.id == id), None)
        hint = f"It was {past.decision}. Its entry may be deleted." if past else "`ribbon evolve` lists them."
        raise ConfigError(f"{id}: there is no proposal with this id. {hint}")

    def dismissal(self, id: str) -> Dismissal | None:  # noqa: A002 - as above
        """The decision not to make the proposal with an id; None where there is none."""
        return next((dismissal for dismissal, of in self.dismissed if id in {dismissal.id, of.id}), None)

    def without(self, dismissals: Iterable[Dismissal]) -> "Proposals":
        """The same proposals, with exactly these dismissed."""
        every = tuple({each.id: each for each in dismissals}.values())
        decided = [
            (next((each for each in every if each.is_of(proposal, self.project)), None), proposal)
            for proposal in ranked(self._every())
        ]
        dismissed = tuple((dismissal, proposal) for dismissal, proposal in decided if dismissal)
        again = {dismissal.id for dismissal, _ in dismissed}
        return replace(
            self,
            found=tuple(proposal for dismissal, proposal in decided if not dismissal),
            dismissed=dismissed,
            past=tuple(dismissal for dismissal in every if dismissal.id not in again),
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
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
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
