"""The figures as Markdown."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from colibri_edges import Colibri
from processes import Run

__all__ = ["Measured", "compared", "costs"]

COSTS = "| models | | seconds | processor seconds | peak MiB | of dbt-colibri's seconds | of its processor seconds |"
FOUND = (
    "| models | columns | Ribbon: unresolved | colibri: says it failed "
    "| the same origins | colibri: none | fewer | more | others |"
)


@dataclass(frozen=True)
class Measured:
    """One project's figures. ours: as ribbon_edges.py prints them."""

    models: int
    runs: dict[str, list[Run]]
    ours: dict[str, Any]
    theirs: Colibri


def costs(figures: list[Measured]) -> str:
    """Time and memory of every contender; medians of the times, the highest peak."""
    lines = [COSTS, "|---:|---|---:|---:|---:|---:|---:|"]
    for one in figures:
        seconds, busy = _times(one.runs["dbt-colibri"])
        for name, runs in one.runs.items():
            own_seconds, own_busy = _times(runs)
            peak = max(run.peak for run in runs) / 2**20
            cells = [f"{one.models:,}", name, f"{own_seconds:.1f}", f"{own_busy:.1f}", f"{peak:,.0f}"]
            cells += [f"{own_seconds / seconds:.0%}", f"{own_busy / busy:.0%}"]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def compared(figures: list[Measured]) -> str:
    """How many columns of models and snapshots both tools make of the same origins."""
    lines = [FOUND, "|---:" * 9 + "|"]
    for one in figures:
        counts = dict.fromkeys(("same", "none", "fewer", "more", "others"), 0)
        for node, columns in one.ours["columns"].items():
            for column, origins in columns.items():
                ours = {(relation, name) for relation, name in origins}
                counts[_verdict(ours, one.theirs.edges.get(node, {}).get(column, set()))] += 1
        unresolved = sum(map(len, one.ours["unresolved"].values()))
        cells = [sum(counts.values()), unresolved, one.theirs.failing, *counts.values()]
        lines.append(f"| {one.models:,} | " + " | ".join(f"{cell:,}" for cell in cells) + " |")
    return "\n".join(lines)


def _times(runs: list[Run]) -> tuple[float, float]:
    return median(run.seconds for run in runs), median(run.busy for run in runs)


def _verdict(ours: set[tuple[str, str]], theirs: set[tuple[str, str]]) -> str:
    if ours == theirs:
        return "same"
    if not theirs:
        return "none"
    return "fewer" if theirs < ours else "more" if theirs > ours else "others"
