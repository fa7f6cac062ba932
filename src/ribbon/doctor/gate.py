"""Which tests readers wait for, and which they do not, by the reason."""

from collections.abc import Iterable, Mapping
from typing import Any

from ribbon.doctor.described import Described, Ungated
from ribbon.doctor.section import Section, counted, named
from ribbon.project import Project

__all__ = ["check_gate"]

# What to do about a reason, by words of it.
_REMEDIES = {
    "materialization": "materialize it as a table, view, incremental, snapshot or seed",
    "ephemeral": "materialize that model as a view",
    "singular": "write it as `ribbon.unexpected_rows_expectation` in the contract of the model",
    "measure": "use an expectation of docs/handbook/expectations.md where one says the same",
    "of its own": "use an expectation of docs/handbook/expectations.md where one says the same",
}


def check_gate(project: Project, described: Described) -> Section:
    """described: what the gate's own macros say."""
    section = Section("Gate")
    if not described.materializations:
        section.fail(
            f"target {project.paths.target or 'of the profile'}",
            f"the gate is in no materialization on {project.adapter}",
            "Ribbon writes wrappers for duckdb and bigquery only",
            "build with a target of one of these; on others tests run after the build, as in plain dbt",
        )
    every = described.gated + len(described.ungated)
    section.facts.append(f"{described.gated:,} of {every:,} tests run before readers see the table")
    if described.ungated:
        section.facts.append("dbt runs the others after the build, and `ribbon publish` waits for them")
    if described.of_sources:
        section.facts.append(f"{counted(described.of_sources, 'more test')} of sources, which no model replaces")
    groups = _groups(described.ungated)
    for reason, tests in groups.items():
        section.facts.append(f"not gated, {len(tests):,}: {reason}")
        section.facts.append(f"    {named([test.name for test in tests])}")
        remedy = next((each for words, each in _REMEDIES.items() if words in reason), "")
        section.facts += [f"    Remedy: {remedy}."] if remedy else []
    section.document = {
        "gated": described.gated,
        "of_sources": described.of_sources,
        "materializations": list(described.materializations),
        "ungated": [_document(reason, tests) for reason, tests in groups.items()],
    }
    return section


def _groups(ungated: Iterable[Ungated]) -> Mapping[str, list[Ungated]]:
    """Tests by their reason, the most frequent first."""
    groups: dict[str, list[Ungated]] = {}
    for test in ungated:
        groups.setdefault(test.reason, []).append(test)
    return dict(sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])))


def _document(reason: str, tests: list[Ungated]) -> dict[str, Any]:
    return {
        "reason": reason,
        "count": len(tests),
        "tests": [{"test": test.test, "model": test.model} for test in tests],
    }
