"""Which tests of a build the gate covers, and why it does not cover the others, from Ribbon's history."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contents import ribbon_schema
from outcomes import Outcome

from ribbon.engines.duckdb_file import open_file, quoted

__all__ = ["Covered", "Recorded", "count_reasons", "covered_tests", "kind_of", "read_recorded"]

DBTS_OWN = frozenset({"unique", "not_null", "accepted_values", "relationships"})
NOT_RECORDED = "no result is recorded"


@dataclass(frozen=True)
class Recorded:
    """What Ribbon recorded of a test. reason: why it is ungated, empty where it is gated."""

    outcome: Outcome
    is_gated: bool
    reason: str


@dataclass(frozen=True)
class Covered:
    """A test that ran. kind: who wrote it. reason: why it is ungated, empty where it is gated."""

    test: str
    kind: str
    is_gated: bool
    reason: str


def read_recorded(file: Path) -> dict[str, Recorded]:
    """The last result of each test in Ribbon's history, by its id."""
    with open_file(file, read_only=True) as connection:
        schema = ribbon_schema(connection)
        if schema is None:
            return {}
        rows = connection.execute(
            f"""
            select test_id, status, failures, message, gated, reason
            from {quoted(schema, "expectation_results")}
            qualify row_number() over (partition by test_id order by measured_at desc) = 1
            """
        ).fetchall()
    return {
        test: Recorded(Outcome(status, failures, message or ""), bool(gated), reason or "")
        for test, status, failures, message, gated, reason in rows
    }


def kind_of(test: Mapping[str, Any]) -> str:
    """Who wrote a test, given its record in dbt's manifest: dbt, a package, the project itself; or it is singular."""
    metadata = test.get("test_metadata")
    if not metadata:
        return "singular"
    if metadata.get("namespace"):
        return str(metadata["namespace"])
    return "dbt" if metadata["name"] in DBTS_OWN else "own"


def covered_tests(
    outcomes: Iterable[str], nodes: Mapping[str, Mapping[str, Any]], recorded: Mapping[str, Recorded]
) -> list[Covered]:
    """The tests of data among the nodes that ran. nodes: records of dbt's manifest, by id."""
    nothing = Recorded(Outcome(""), is_gated=False, reason=NOT_RECORDED)
    names = {str(node["name"]) for node in nodes.values()}
    return [
        Covered(key, kind_of(nodes[key]), seen.is_gated, _without_names(seen.reason, names))
        for key, seen in ((key, recorded.get(key, nothing)) for key in outcomes if key.startswith("test."))
    ]


def count_reasons(tests: Iterable[Covered]) -> list[tuple[str, str, int]]:
    """How many tests are ungated for each reason, by kind, most first."""
    counts = Counter((test.reason, test.kind) for test in tests if not test.is_gated)
    return [(reason, kind, count) for (reason, kind), count in counts.most_common()]


def _without_names(reason: str, names: Collection[str]) -> str:
    """A reason in which names of nodes do not tell apart what is the same."""
    return re.sub(r"\w+", lambda word: "…" if word[0] in names else word[0], reason)
