"""Promise more: expectations that never come near to failing, that always fail, and bounds that are drifted to."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from ribbon.dbt.documentation import Test
from ribbon.engines.history import TestRuns
from ribbon.evolve.evidence import Seen
from ribbon.evolve.rules.people import owners_of
from ribbon.model import Evidence, Gain, Layer, Proposal, ProposalKind

__all__ = ["find_idle_promises"]

# Runs after which it is said that a promise never fails, or always does.
NEVER, ALWAYS = 30, 10

# A bound is far where what was seen fills so little of the room that the bounds leave.
FAR = 0.1

# A bound is near where the newest value has used up so much of the room since the first, in so many runs, having risen
# so many times, and hardly ever fallen.
NEAR, RUNS, RISES, RISING = 0.8, 5, 3, 0.8

BOUNDED = frozenset({"expect_column_values_to_be_between", "expect_table_row_count_to_be_between"})


@dataclass(frozen=True)
class _Bounds:
    """Limits as the contract writes them, and what was seen in each run, the oldest first."""

    low: float | None
    high: float | None
    lowest: tuple[float, ...]
    highest: tuple[float, ...]

    @property
    def are_far(self) -> bool:
        """Whether all that was seen fills hardly any of the room; a single bound leaves room without end."""
        if self.low is None or self.high is None or not self.lowest:
            return False
        seen = max(self.highest) - min(self.lowest)
        return self.high > self.low and seen < FAR * (self.high - self.low)

    def nearing(self) -> tuple[str, float, float] | None:
        """The bound that is drifted to, its value, and the newest value."""
        if self.high is not None and _nears(self.highest, self.high):
            return "max_value", self.high, self.highest[-1]
        if self.low is not None and _nears([-value for value in self.lowest], -self.low):
            return "min_value", self.low, self.lowest[-1]
        return None


def find_idle_promises(seen: Seen) -> Iterable[Proposal]:
    """A proposal for each expectation whose history says that it is of no use, or soon will not hold."""
    known = set(seen.artifacts.test_ids)
    for test_id, runs in seen.promises.tests.items():
        if test_id not in known or runs.node_id not in seen.nodes.nodes:
            continue
        if runs.failed == runs.runs >= ALWAYS:
            yield _always(seen, runs)
        elif bounds := _bounds(seen, runs, seen.declared.test(test_id)):
            yield from _of_bounds(seen, runs, bounds)


def _of_bounds(seen: Seen, runs: TestRuns, bounds: _Bounds) -> Iterator[Proposal]:
    hidden = (runs.column or "").casefold() in seen.nodes.nodes[runs.node_id].restricted
    near = None if runs.failed else bounds.nearing()
    if near:
        name, bound, now = near
        figures = "" if hidden else f": {now:,.6g} of {bound:,.6g}, by run {', '.join(_newest(bounds, name))}"
        told = f"what is measured comes nearer to {name} run by run{figures}"
        yield _proposal(seen, runs, "near", f"drifts to its {name}; look why, or move the bound", told)
    elif not runs.failed and runs.runs >= NEVER and bounds.are_far:
        figures = "" if hidden else f" {min(bounds.lowest):,.6g} to {max(bounds.highest):,.6g} were seen, where"
        allowed = f"{bounds.low:,.6g} to {bounds.high:,.6g}"
        told = f"{figures} {allowed} are allowed, in {runs.runs:,} runs that all passed".strip()
        yield _proposal(seen, runs, "far", "has never failed, and its bounds are far off; tighten them", told)


def _always(seen: Seen, runs: TestRuns) -> Proposal:
    told = f"failed in each of {runs.runs:,} runs, from {runs.first:%Y-%m-%d} to {runs.last:%Y-%m-%d}"
    return _proposal(seen, runs, "always", "has failed in every run; mend the data, or promise what is true", told)


def _proposal(seen: Seen, runs: TestRuns, meaning: str, does: str, told: str) -> Proposal:
    node = seen.nodes.nodes[runs.node_id]
    of = f"{node.label}.{runs.column}" if runs.column else node.label
    return Proposal(
        kind=ProposalKind.PROMISE,
        subject=(f"{runs.node_id}.{runs.column}" if runs.column else runs.node_id,),
        meaning=f"{meaning} {runs.test_id} {runs.arguments}",
        title=f"{of}: {runs.expectation} {does}",
        evidence=(Evidence("the history of runs", told),),
        gain=Gain(use_cases=int(node.layer is Layer.MART and bool(node.use_case))),
        risk="What never failed may guard against what is yet to come.",
        ask=owners_of(seen, runs.node_id),
    )


def _bounds(seen: Seen, runs: TestRuns, test: Test) -> _Bounds | None:
    """The bounds of an expectation that has some, and whose rows are all that there are; None for others."""
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
        said = json.loads(runs.arguments or "{}")
    except ValueError:
        said = {}
    return (test.test_metadata.kwargs if test.test_metadata else {}) | (said if isinstance(said, dict) else {})


def _nears(values: Sequence[float], bound: float) -> bool:
    """Whether values rise towards a bound above them, and have used up most of the room that the first one had."""
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
