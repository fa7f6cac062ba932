"""What was found last, kept in one small file, so that the catalog shows it without looking for it."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ribbon.errors import WorldError
from ribbon.model import FORM, Evolution, Found, Proposal

if TYPE_CHECKING:
    from ribbon.evolve.evidence import Seen
    from ribbon.evolve.proposing import Proposals

__all__ = ["FILE", "remember"]

# In the folder of what Ribbon keeps of a project.
FILE = "evolution.json"


def remember(seen: "Seen", proposals: "Proposals", now: datetime) -> Path:
    """Keep what was found at `now`, UTC, in place of what was before. Returns the file.

    Raises WorldError where it cannot be written; then the old one stays.
    """
    path = seen.project.home(seen.target_dir) / FILE
    draft = path.with_suffix(".draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(msgspec.json.encode(_evolution(seen, proposals, now)))
        draft.replace(path)
    except OSError as error:
        raise WorldError(
            f"{path}: cannot be written: {error.strerror}. `ribbon docs` goes on to show what was found before."
        ) from error
    return path


def _evolution(seen: "Seen", proposals: "Proposals", now: datetime) -> Evolution:
    return Evolution(
        form=FORM,
        found_at=now,
        manifest_at=seen.artifacts.metadata.generated_at,
        found=tuple(map(_found, proposals.found)),
        kept=tuple(kept for kept, _ in proposals.kept),
        past=proposals.past,
        unknown=proposals.unknown,
    )


def _found(proposal: Proposal) -> Found:
    """Whole files would make this one large; the change says what is needed."""
    return Found(replace(proposal, edits=()), "\n".join(edit.diff for edit in proposal.edits))
