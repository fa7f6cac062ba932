"""What `ribbon usage` shows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import TypeVar

from ribbon.cli.console import Console
from ribbon.lineage import LineageGraph
from ribbon.lineage.names import label
from ribbon.model import RelationUsage
from ribbon.usage import Imported, Totals, Usage

__all__ = ["show_import", "show_usage"]

# Lines of a list before the rest is only counted, and names in a line.
LINES, NAMES = 10, 6

Name = TypeVar("Name", bound=str)


def show_import(console: Console, imported: Imported) -> None:
    """What an import brought."""
    for log in imported.logs:
        kind = log.format.name if log.format else "no rows"
        console.say(f"{log.file}: {kind}, {_counted(len(log.queries) + log.left_out.total(), 'row')}")
        for reason, rows in log.left_out.most_common():
            console.say(f"  {_counted(rows, 'row')} left out, the first is {log.first_left_out[reason]:,}: {reason}")
    raised = f", {imported.raised:,} raised" if imported.raised else ""
    console.say(f"{imported.new:,} new{raised}, {imported.known:,} known before")
    _show_counts(console, _most(imported.readings))
    if imported.unknown:
        console.heading("Relations that the project does not know")
        _show_counts(console, _most(imported.unknown))
    _show_reasons(console, imported.reasons)
    _record_import(console, imported)


def _record_import(console: Console, imported: Imported) -> None:
    console.record(
        "files",
        [
            {
                "file": str(log.file),
                "kind": log.format.name if log.format else None,
                "queries": len(log.queries),
                "left_out": dict(log.left_out),
            }
            for log in imported.logs
        ],
    )
    for name in ("new", "raised", "known"):
        console.record(name, getattr(imported, name))
    for name in ("readings", "reasons", "unknown"):
        console.record(name, dict(getattr(imported, name)))


def show_usage(console: Console, usage: Usage, graph: LineageGraph, never_asked: Mapping[str, Sequence[str]]) -> None:
    """All that was imported, on a screen."""
    totals, relations = usage.totals(), usage.by_relation()
    if totals.queries:
        _show_totals(console, totals)
        _show_counts(console, _most(usage.readings()))
        _show_relations(console, graph, relations)
        _show_never_asked(console, graph, never_asked)
        _show_reasons(console, usage.reasons())
    else:
        console.say("Nothing is imported. `ribbon usage import FILE` takes query logs in.")
    _record_usage(console, usage)
    console.record("relations", [asdict(each) | {"label": label(graph, each.relation)} for each in relations])
    console.record("never_asked", {key: list(columns) for key, columns in never_asked.items()})


def _record_usage(console: Console, usage: Usage) -> None:
    console.record("totals", asdict(usage.totals()))
    console.record("readings", usage.readings())
    console.record("reasons", usage.reasons())
    console.record("columns", [asdict(each) for each in usage.by_column()])
    console.record("people", [asdict(each) for each in usage.by_person()])
    console.record("days", [asdict(each) for each in usage.by_day()])


def _show_totals(console: Console, totals: Totals) -> None:
    period = f"{totals.first:%Y-%m-%d} to {totals.last:%Y-%m-%d}: " if totals.first and totals.last else ""
    failed = f", {totals.failed:,} failed" if totals.failed else ""
    people = "1 person" if totals.people == 1 else f"{totals.people:,} people"
    console.say(f"{period}{_counted(totals.queries, 'query')} of {people}{failed}")


def _show_relations(console: Console, graph: LineageGraph, relations: Sequence[RelationUsage]) -> None:
    console.heading("Relations by queries")
    console.table(
        ("relation", "queries", "people", "failed", "last"),
        [
            (label(graph, each.relation), each.queries, each.people, each.failed, _day(each.last))
            for each in relations[:LINES]
        ],
    )
    _say_more(console, len(relations))


def _show_never_asked(console: Console, graph: LineageGraph, never_asked: Mapping[str, Sequence[str]]) -> None:
    if not never_asked:
        return
    console.heading("Columns of marts that no query asked for")
    for key, columns in islice(never_asked.items(), LINES):
        of = len(graph.nodes[key].columns or ())
        more = f" and {len(columns) - NAMES:,} more" if len(columns) > NAMES else ""
        named = "all" if len(columns) == of else ", ".join(columns[:NAMES]) + more
        console.say(f"  {label(graph, key)}: {len(columns):,} of {of:,}: {named}")
    _say_more(console, len(never_asked))


def _show_reasons(console: Console, reasons: Mapping[str, int]) -> None:
    if reasons:
        console.heading("Not understood, or not whole")
        _show_counts(console, _most(reasons))


def _show_counts(console: Console, counts: Mapping[Name, int]) -> None:
    for name, count in counts.items():
        console.say(f"  {count:>9,}  {name}")


def _most(counts: Mapping[Name, int]) -> dict[Name, int]:
    return dict(sorted(counts.items(), key=lambda item: -item[1])[:LINES])


def _say_more(console: Console, total: int) -> None:
    if total > LINES:
        console.say(f"  and {total - LINES:,} more; --json shows all")


def _day(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d}" if instant else ""


def _counted(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
