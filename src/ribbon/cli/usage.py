"""`ribbon usage`: import query logs, and show who queries which relations and columns."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

import click

from ribbon.cli.console import Console, counted, listed
from ribbon.cli.session import Needs, Session, command, group_with_default
from ribbon.lineage import LineageGraph
from ribbon.lineage.names import label
from ribbon.lock import hold
from ribbon.model import RelationUsage
from ribbon.usage import (
    FORMATS,
    Imported,
    KnownProject,
    Options,
    Totals,
    Usage,
    column_names,
    import_usage,
    known_project,
    load_usage,
    read_logs,
    unqueried_columns,
)

__all__ = ["usage"]

# Lines of a list, and names in a line; more are only counted.
LINES, NAMES = 10, 6

Name = TypeVar("Name", bound=str)


@group_with_default("usage", "ls")
def usage() -> None:
    """Import query logs, and show who queries which relations and columns."""


@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from",
    "kind",
    type=click.Choice([each.name for each in FORMATS]),
    help="The kind of log; default: detected from its columns.",
)
@click.option("--use-case", help="The use case of all these queries; default: from the log or the marts.")
@click.option("--drop-literals", is_flag=True, help="Remove numbers, strings and comments from the stored SQL.")
@click.option("--dialect", help="SQL dialect, as sqlglot names it; default: the log's or the project's.")
@click.option("--columns", help="Column names of a plain log: who=user_name,when=started_at,sql=query.")
@command("import", needs=Needs.PROJECT)
def import_(  # noqa: PLR0913 - one per option
    session: Session,
    files: tuple[Path, ...],
    *,
    kind: str | None,
    use_case: str | None,
    drop_literals: bool,
    dialect: str | None,
    columns: str | None,
) -> None:
    """Import query logs: FILES of CSV, JSON or Parquet.

    Each query counts once: importing it again, from the same file or another, adds nothing. If one file cannot be
    read, no file is imported. SQL that cannot be parsed is stored and counted.
    """
    options = Options(kind, use_case, drop_literals, dialect, column_names(columns))
    with hold(session.paths.data_dir, "ribbon usage import"):
        logs = read_logs(files, options)
        known = _know(session)
        with session.console.bar("Queries") as bar:
            imported = import_usage(session.paths, known, logs, options, bar.at)
    if use_case and use_case not in known.use_cases.values():
        session.console.warn(f"No mart belongs to use case {use_case}.")
    _show_import(session.console, imported)


@command("ls", needs=Needs.PROJECT)
def ls(session: Session) -> None:
    """Show imported usage: the period, people, relations, and columns of marts that were never queried."""
    known = _know(session)
    found = load_usage(session.paths)
    _show_usage(session.console, found, known.graph, unqueried_columns(found, known.graph))


def _know(session: Session) -> KnownProject:
    paths = session.paths
    with session.console.bar("Lineage") as bar:
        known = known_project(paths.project_dir, paths.target_dir, paths.build_file, bar.at)
    for note in known.graph.notes:
        session.console.warn(note)
    return known


def _show_import(console: Console, imported: Imported) -> None:
    """What an import added."""
    for log in imported.logs:
        kind = log.format.name if log.format else "no rows"
        console.say(f"{log.file}: {kind}, {counted(len(log.queries) + log.left_out.total(), 'row')}")
        for reason, rows in log.left_out.most_common():
            console.say(f"  {counted(rows, 'row')} left out, the first is {log.first_left_out[reason]:,}: {reason}")
    raised = f", {imported.raised:,} updated" if imported.raised else ""
    console.say(f"{imported.new:,} new{raised}, {imported.known:,} already known")
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


def _show_usage(console: Console, found: Usage, graph: LineageGraph, unused: Mapping[str, Sequence[str]]) -> None:
    """All imported usage."""
    totals, relations = found.totals(), found.by_relation()
    if totals.queries:
        _show_totals(console, totals)
        _show_counts(console, _most(found.readings()))
        _show_relations(console, graph, relations)
        _show_unused(console, graph, unused)
        _show_reasons(console, found.reasons())
    else:
        console.say("No query log is imported. Import one with `ribbon usage import FILE`.")
    _record_usage(console, found)
    console.record("relations", [asdict(each) | {"label": label(graph, each.relation)} for each in relations])
    console.record("never_asked", {key: list(columns) for key, columns in unused.items()})


def _record_usage(console: Console, found: Usage) -> None:
    console.record("totals", asdict(found.totals()))
    console.record("readings", found.readings())
    console.record("reasons", found.reasons())
    console.record("columns", [asdict(each) for each in found.by_column()])
    console.record("people", [asdict(each) for each in found.by_person()])
    console.record("days", [asdict(each) for each in found.by_day()])


def _show_totals(console: Console, totals: Totals) -> None:
    period = f"{totals.first:%Y-%m-%d} to {totals.last:%Y-%m-%d}: " if totals.first and totals.last else ""
    failed = f", {totals.failed:,} failed" if totals.failed else ""
    people = "1 person" if totals.people == 1 else f"{totals.people:,} people"
    console.say(f"{period}{counted(totals.queries, 'query')} by {people}{failed}")


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


def _show_unused(console: Console, graph: LineageGraph, unused: Mapping[str, Sequence[str]]) -> None:
    if not unused:
        return
    console.heading("Columns of marts that were never queried")
    for key, columns in islice(unused.items(), LINES):
        of = len(graph.nodes[key].columns or ())
        named = "all" if len(columns) == of else listed(columns, NAMES)
        console.say(f"  {label(graph, key)}: {len(columns):,} of {of:,}: {named}")
    _say_more(console, len(unused))


def _show_reasons(console: Console, reasons: Mapping[str, int]) -> None:
    if reasons:
        console.heading("Not understood, or only in part")
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


for _command in (import_, ls):
    usage.add_command(_command)
