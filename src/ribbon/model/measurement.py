"""What measuring an expectation said, as the history keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["Measurement"]


@dataclass(frozen=True)
class Measurement:
    """One test in one run. measured_at is UTC. arguments: as the contract writes them, the column among them.

    status: pass, warn or fail. gated: whether readers are kept from what fails; reason: why not. element_count: rows
    judged, unexpected_count: rows that break it, both None where no rows are judged. observed_value: of a whole table.
    quarantined: the rows set aside.
    """

    run_id: str
    measured_at: datetime
    test_id: str
    node_id: str
    expectation: str
    column: str | None
    arguments: Mapping[str, Any]
    severity: str
    status: str
    gated: bool
    element_count: int | None
    unexpected_count: int | None
    observed_value: str | None
    failures: int | None
    quarantined: int
    message: str | None
    reason: str | None
