"""How the nodes of a build ended, and what differs between two builds."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ribbon.dbt.results import REFUSED, brief
from ribbon.model import FAILED

__all__ = ["Outcome", "differing", "is_test", "read_outcomes", "refused_by_both", "with_recorded"]

TESTS = frozenset({"test", "unit_test"})

# How much of a message is shown.
LONGEST = 300

# Nodes of this package are Ribbon's own hooks.
PACKAGE = "ribbon"


@dataclass(frozen=True)
class Outcome:
    """How a node ended. failures: of a test. message: what dbt said of an error."""

    status: str
    failures: int | None = None
    message: str = field(default="", compare=False)

    def __str__(self) -> str:
        """In words, with the message of what failed."""
        counted = f" ({self.failures:,} failures)" if self.failures else ""
        said = f": {brief(self.message)[:LONGEST]}" if self.status in FAILED and self.message else ""
        return f"{self.status}{counted}{said}"


MISSING = Outcome("missing")


def read_outcomes(target: Path) -> dict[str, Outcome]:
    """The nodes of dbt's last command, by unique id, without Ribbon's hooks."""
    document = json.loads((target / "run_results.json").read_text())
    found = {row["unique_id"]: row for row in document["results"]}
    return {
        key: Outcome(row["status"], row["failures"] if is_test(key) else None, row["message"] or "")
        for key, row in found.items()
        if key.split(".")[1] != PACKAGE
    }


def is_test(key: str) -> bool:
    """Whether a node is a test of data or a unit test."""
    return key.partition(".")[0] in TESTS


def with_recorded(outcomes: Mapping[str, Outcome], recorded: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """The outcomes, with the gate's verdict for tests that dbt skipped because the gate held their model back."""
    return {key: recorded.get(key, seen) if seen.status == "skipped" else seen for key, seen in outcomes.items()}


def refused_by_both(
    plain: Mapping[str, Outcome], gated: Mapping[str, Outcome], tests: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """Models that the gate held back, and of which tests fail in plain dbt as well. tests: of each node, by its id."""
    return tuple(
        key
        for key, seen in gated.items()
        if seen.status == "error" and REFUSED in seen.message and _fails(plain, tests.get(key, ()))
    )


def differing(
    before: Mapping[str, Outcome], after: Mapping[str, Outcome], apart: Collection[str] = ()
) -> dict[str, tuple[Outcome, Outcome]]:
    """How nodes ended that did not end alike, by unique id. apart: nodes that are left out."""
    nodes = [key for key in dict.fromkeys([*before, *after]) if key not in apart]
    found = {key: (before.get(key, MISSING), after.get(key, MISSING)) for key in nodes}
    return {key: (one, other) for key, (one, other) in found.items() if one != other}


def _fails(outcomes: Mapping[str, Outcome], tests: Collection[str]) -> bool:
    return any(outcomes.get(test, MISSING).status in FAILED for test in tests)
