"""Expectations: missing on columns that decide answers; always failing, never near failing, or close to a bound."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from ribbon.dbt.documentation import Test
from ribbon.engines.history import TestRuns
from ribbon.errors import RibbonError
from ribbon.evolve.edit_yaml import declaring_model
from ribbon.evolve.evidence.dependents import owners_of
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.expectations.contract_yaml import flow, lines_of_test
from ribbon.expectations.suggestions import Written, suggest_for_columns
from ribbon.lineage import LineageNode
from ribbon.model import ColumnUsage, Edit, Evidence, Gain, Layer, Proposal, ProposalKind, UseRole

__all__ = ["find_idle_expectations", "find_missing_expectations"]

# Roles in which a wrong value changes which rows an answer has, or what it is about.
DECIDING = (UseRole.FILTERED, UseRole.JOINED, UseRole.GROUPED)

# An expectation is proposed for a column that so many queries, or so many people, use.
QUERIES, PEOPLE = 10, 2

KINDS = {"model": "models", "seed": "seeds", "snapshot": "snapshots"}


@dataclass(frozen=True)
class _UntestedColumn:
    """A column, and its use in each role, the most frequent first."""

    name: str
    uses: tuple[ColumnUsage, ...]

    @property
    def queries(self) -> int:
        """In its most frequent role."""
        return max(use.queries for use in self.uses)


def find_missing_expectations(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each column without expectations that filters, joins or groups answers."""
    if seen.coverage.is_empty:
        return
    uses: dict[str, list[ColumnUsage]] = {}
    for use in seen.usage.by_column():
        if use.role in DECIDING:
            uses.setdefault(use.relation, []).append(use)
    for key, used in uses.items():
        node = seen.own.get(key)
        if node and node.project.resource_type in KINDS:
            yield from _of_relation(seen, node, used)


def _of_relation(seen: ProjectEvidence, node: LineageNode, used: Sequence[ColumnUsage]) -> Iterator[Proposal]:
    key = node.project.unique_id
    tested = seen.declared.tested_columns(key)
    by_name: dict[str, list[ColumnUsage]] = {}
    for use in used:
        if use.column.casefold() not in tested and node.spelled(use.column):
            by_name.setdefault(use.column.casefold(), []).append(use)
    wanted = [
        _UntestedColumn(node.spelled(name) or name, tuple(uses)) for name, uses in by_name.items() if _is_enough(uses)
    ]
    if wanted:
        measured = _measured(seen, node, [each.name for each in wanted])
        for each in wanted:
            yield _missing(seen, node, each, measured.get(each.name, ()))


def _is_enough(uses: Sequence[ColumnUsage]) -> bool:
    return any(use.queries >= QUERIES or use.people >= PEOPLE for use in uses)


def _measured(seen: ProjectEvidence, node: LineageNode, names: Sequence[str]) -> dict[str, tuple[Written, ...]]:
    """The expectations that hold for these columns today, in the build file; empty where that cannot be read."""
    if not seen.paths.build_file.is_file() or seen.project.artifacts.metadata.adapter_type != "duckdb":
        return {}
    try:
        return dict(suggest_for_columns(seen.paths, seen.project, node.project.unique_id, names))
    except RibbonError:
        return {}


def _missing(seen: ProjectEvidence, node: LineageNode, wanted: _UntestedColumn, holds: tuple[Written, ...]) -> Proposal:
    key, label = node.project.unique_id, f"{node.project.label}.{wanted.name}"
    roles = ", ".join(f"{use.role.value} by {use.queries:,} queries of {use.people:,} people" for use in wanted.uses)
    promise = holds[0] if holds else None
    test = (promise if isinstance(promise, str) else next(iter(promise))) if promise else "an expectation"
    evidence = [
        Evidence("the query logs", f"{wanted.name} is {roles}"),
        Evidence(_declared_in(seen, node), "has no expectation of it"),
    ]
    if promise:
        evidence.append(Evidence(seen.paths.build_file.name, f"holds today: {flow(promise)}"))
    return Proposal(
        kind=ProposalKind.PROMISE,
        subject=(f"{key}.{wanted.name}",),
        meaning="missing",
        title=f"{label} decides the answers of {wanted.queries:,} queries but has no expectations: add {test}",
        evidence=tuple(evidence),
        gain=Gain(use_cases=int(bool(node.project.use_case)), queries=wanted.queries),
        risk="What holds today may fail for a good reason; the build then stops until somebody looks.",
        edits=_test_edits(seen, node, wanted.name, promise) if promise else (),
        ask=owners_of(seen, key),
    )


def _test_edits(seen: ProjectEvidence, node: LineageNode, column: str, promise: Written) -> tuple[Edit, ...]:
    path = seen.declared.node(node.project.unique_id).contract
    before = seen.text(path) if path else None
    if not path or before is None:
        return ()
    contract = declaring_model(before, node.project.name, KINDS[node.project.resource_type])
    changed = contract.with_test(column, lines_of_test(promise, 0), flow(promise))
    return (Edit(path, before, changed.text),) if changed else ()


def _declared_in(seen: ProjectEvidence, node: LineageNode) -> str:
    return seen.declared.node(node.project.unique_id).contract or node.project.file


# After so many runs, an expectation never fails, or always does.
NEVER, ALWAYS = 30, 10

# Bounds are far off where the values fill no more than this share of their range.
FAR = 0.1

# A bound is near where the values have covered this share of the way to it since the first, in at least so many runs,
# having risen at least so many times, and in this share of the changes.
NEAR, RUNS, RISES, RISING = 0.8, 5, 3, 0.8

BOUNDED = frozenset({"expect_column_values_to_be_between", "expect_table_row_count_to_be_between"})


@dataclass(frozen=True)
class _Bounds:
    """The bounds in the contract, and the values of each run, the oldest first."""

    low: float | None
    high: float | None
    lowest: tuple[float, ...]
    highest: tuple[float, ...]

    @property
    def are_far(self) -> bool:
        """Whether the values fill hardly any of the range; a single bound is never far."""
        if self.low is None or self.high is None or not self.lowest:
            return False
        seen = max(self.highest) - min(self.lowest)
        return self.high > self.low and seen < FAR * (self.high - self.low)

    def nearing(self) -> tuple[str, float, float] | None:
        """The bound that the values approach, its value, and the newest value."""
        if self.high is not None and _nears(self.highest, self.high):
            return "max_value", self.high, self.highest[-1]
        if self.low is not None and _nears([-value for value in self.lowest], -self.low):
            return "min_value", self.low, self.lowest[-1]
        return None


def find_idle_expectations(seen: ProjectEvidence) -> Iterable[Proposal]:
    """A proposal for each expectation that its history shows to be useless, or soon failing."""
    known = set(seen.project.artifacts.test_ids)
    for test_id, runs in seen.promises.tests.items():
        if test_id not in known or runs.node_id not in seen.nodes.nodes:
            continue
        if runs.failed == runs.runs >= ALWAYS:
            yield _always(seen, runs)
        elif bounds := _bounds_of(seen, runs, seen.project.test(test_id)):
            yield from _of_bounds(seen, runs, bounds)


def _of_bounds(seen: ProjectEvidence, runs: TestRuns, bounds: _Bounds) -> Iterator[Proposal]:
    hidden = (runs.column or "").casefold() in seen.nodes.nodes[runs.node_id].restricted
    near = None if runs.failed else bounds.nearing()
    if near:
        name, bound, now = near
        figures = "" if hidden else f": {now:,.6g} of {bound:,.6g}, by run {', '.join(_newest(bounds, name))}"
        why = f"the measured values approach {name} run by run{figures}"
        yield _idle(seen, runs, "near", f"is drifting to its {name}; find out why, or move the bound", why)
    elif not runs.failed and runs.runs >= NEVER and bounds.are_far:
        figures = "" if hidden else f" and {min(bounds.lowest):,.6g} to {max(bounds.highest):,.6g} were measured,"
        allowed = f"{bounds.low:,.6g} to {bounds.high:,.6g}"
        why = f"{allowed} are allowed{figures} in {runs.runs:,} runs that all passed"
        yield _idle(seen, runs, "far", "has never failed, and its bounds are far off; tighten them", why)


def _always(seen: ProjectEvidence, runs: TestRuns) -> Proposal:
    why = f"failed in each of {runs.runs:,} runs, from {runs.first:%Y-%m-%d} to {runs.last:%Y-%m-%d}"
    return _idle(seen, runs, "always", "has failed in every run; fix the data or the expectation", why)


def _idle(seen: ProjectEvidence, runs: TestRuns, meaning: str, finding: str, why: str) -> Proposal:
    node = seen.nodes.nodes[runs.node_id]
    of = f"{node.label}.{runs.column}" if runs.column else node.label
    return Proposal(
        kind=ProposalKind.PROMISE,
        subject=(f"{runs.node_id}.{runs.column}" if runs.column else runs.node_id,),
        meaning=f"{meaning} {runs.test_id} {runs.arguments}",
        title=f"{of}: {runs.expectation} {finding}",
        evidence=(Evidence("the history of runs", why),),
        gain=Gain(use_cases=int(node.layer is Layer.MART and bool(node.use_case))),
        risk="An expectation that never failed may still guard against a future error.",
        ask=owners_of(seen, runs.node_id),
    )


def _bounds_of(seen: ProjectEvidence, runs: TestRuns, test: Test) -> _Bounds | None:
    """The bounds of an expectation that has some and covers all rows; None for others."""
    arguments = _arguments(runs, test)
    if runs.expectation not in BOUNDED or arguments.get("row_condition") or test.config.where:
        return None
    low, high = (_number(arguments.get(name)) for name in ("min_value", "max_value"))
    if low is None and high is None:
        return None
    if runs.column is None:
        observed = tuple(value for value in runs.observed if value is not None)
        return _Bounds(low, high, observed, observed)
    ranges = seen.promises.ranges.get((runs.node_id, runs.column.casefold()))
    if ranges is None:
        return None
    pairs = [(a, b) for a, b in zip(ranges.lowest, ranges.highest, strict=False) if isfinite(a) and isfinite(b)]
    return _Bounds(low, high, tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def _arguments(runs: TestRuns, test: Test) -> Mapping[str, Any]:
    try:
        recorded = json.loads(runs.arguments or "{}")
    except ValueError:
        recorded = {}
    return (test.test_metadata.kwargs if test.test_metadata else {}) | (recorded if isinstance(recorded, dict) else {})


def _nears(values: Sequence[float], bound: float) -> bool:
    """Whether values rise towards a bound above them, and have covered most of the way from the first one."""
    if len(values) < RUNS or values[0] >= bound or values[-1] > bound:
        return False
    steps = [after - before for before, after in pairwise(values) if after != before]
    rises = sum(step > 0 for step in steps)
    is_rising = rises >= RISES and rises >= RISING * len(steps)
    return is_rising and values[-1] - values[0] >= NEAR * (bound - values[0])


def _newest(bounds: _Bounds, name: str) -> list[str]:
    values = bounds.highest if name == "max_value" else bounds.lowest
    return [f"{value:,.6g}" for value in values[-RUNS:]]


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
