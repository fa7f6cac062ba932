"""`ribbon status`: the state of the project on one screen."""

from collections.abc import Iterable
from datetime import UTC, datetime

from ribbon.cli.console import counted, listed
from ribbon.cli.session import Session, command
from ribbon.dbt.results import why_of
from ribbon.model import Measurement
from ribbon.project import Project, load_project
from ribbon.status import Status, read_status
from ribbon.verdict import Verdict

__all__ = ["status"]

MARKS = {"fail": "✗", "warn": "!"}

# How many tests a reason names.
NAMED = 3


@command("status")
def status(session: Session) -> int:
    """Show the last runs and checks, failures, and the freshness of each source. Exits with 1 if anything is red.

    A check is amber if it warned or rows went to quarantine. Checks that are not gated are listed with the reason: dbt
    measures them after the build, and `ribbon publish` waits for them.
    """
    project = load_project(session.paths)
    for note in project.notes:
        session.console.warn(note)
    state = read_status(project)
    _show_runs(session, state)
    _show_failures(session, state, project)
    _show_checks(session, state, project)
    _show_use_cases(session, state)
    _show_sources(session, state)
    session.console.record("red", state.red)
    return 1 if state.red else 0


def _show_runs(session: Session, state: Status) -> None:
    console = session.console
    console.heading("Last runs (UTC)")
    if state.busy:
        console.say(f"  {state.busy}")
    elif not state.runs:
        console.say("  None yet. Run `ribbon run`, or `dbt build`.")
    else:
        console.table(
            ("  started", "command", "target", "seconds", "status", "failed"),
            [
                (
                    f"  {run.started_at:%Y-%m-%d %H:%M:%S}",
                    f"dbt {run.command}",
                    run.target,
                    round((run.finished_at - run.started_at).total_seconds()) if run.finished_at else "-",
                    run.status,
                    run.failed,
                )
                for run in state.runs
            ],
        )
    console.record("runs", [vars(run) for run in state.runs])


def _show_failures(session: Session, state: Status, project: Project) -> None:
    console = session.console
    console.heading("Failed when last run")
    for run in state.failed:
        node = project.record(run.unique_id)
        console.say(f"  ✗ {node['name']} ({node['original_file_path']}): {why_of(run.message or '')}")
    if state.busy:
        console.say("  Unknown, see above.")
    elif not state.failed:
        console.say("  Nothing.")
    console.record("failed", [vars(run) for run in state.failed])


def _show_checks(session: Session, state: Status, project: Project) -> None:
    """Count checks by result, and list those that did not pass."""
    if state.busy:
        return
    console = session.console
    passed, amber, red = (state.checks_that(status) for status in ("pass", "warn", "fail"))
    console.heading("Checks when last measured")
    console.say(f"  {len(passed):,} passed, {len(amber):,} amber, {len(red):,} red")
    for check in (*red, *amber):
        message = why_of(check.message or f"{check.failures} failures")
        could_not = "" if check.status in MARKS else "could not be checked: "
        console.say(f"  {MARKS.get(check.status, MARKS['fail'])} {_measured(project, check)}: {could_not}{message}")
    _show_ungated(session, state, project)
    if state.aside:
        console.heading("Rows in quarantine")
        console.table(
            ("  table", "rows", "since (UTC)"),
            [(f"  {table.schema}.{table.name}", table.rows, f"{table.since:%Y-%m-%d %H:%M}") for table in state.aside],
        )
    console.record(
        "checks",
        {"passed": len(passed), "amber": _documents(amber), "red": _documents(red)},
    )
    console.record("ungated", _documents(state.ungated))
    console.record("quarantined_rows", {f"{table.schema}.{table.name}": table.rows for table in state.aside})


def _show_ungated(session: Session, state: Status, project: Project) -> None:
    """What dbt measures after the build, by reason, and a few tests of each by name."""
    if not state.ungated:
        return
    session.console.heading("Not gated: measured after the build, before anything is published")
    by_reason: dict[str, list[str]] = {}
    for check in state.ungated:
        by_reason.setdefault(str(check.reason), []).append(str(project.record(check.test_id)["name"]))
    for reason, names in sorted(by_reason.items(), key=lambda each: -len(each[1])):
        session.console.say(f"  {counted(len(names), 'test')}: {reason}: {listed(names, NAMED)}")


def _show_use_cases(session: Session, state: Status) -> None:
    """What holds of the marts of each use case, with the words of the catalog."""
    console = session.console
    if state.use_cases:
        console.heading("Use cases")
    for name, verdict in sorted(state.use_cases.items()):
        first, *others = verdict.reasons or (verdict.headline,)
        console.say(f"  {MARKS.get(verdict.status, ' ')} {name}: {first}")
        for reason in others:
            console.say(f"    {reason}")
    console.record("use_cases", {name: _judged(verdict) for name, verdict in state.use_cases.items()})
    console.record("verdicts", {label: _judged(verdict) for label, verdict in state.verdicts.items()})


def _judged(verdict: Verdict) -> dict[str, str]:
    return {"status": verdict.status, "words": verdict.words}


def _measured(project: Project, check: Measurement) -> str:
    """The relation that a check measures, as schema.name."""
    node = project.record(check.node_id)
    return f"{node['schema']}.{node.get('alias') or node['name']}" if node else check.node_id


def _documents(checks: Iterable[Measurement]) -> list[dict[str, object]]:
    return [vars(check) for check in checks]


def _show_sources(session: Session, state: Status) -> None:
    console = session.console
    console.heading("Sources")
    console.table(
        ("  source", "batches", "rows", "last landed (UTC)", "age", "quarantined batches"),
        [
            (
                f"  {source.source}",
                source.batches,
                source.rows,
                f"{source.landed_at:%Y-%m-%d %H:%M}" if source.landed_at else "never",
                _age(source.landed_at),
                source.quarantined,
            )
            for source in state.sources
        ],
    )
    console.record(
        "sources",
        [
            {
                "source": str(source.source),
                "batches": source.batches,
                "rows": source.rows,
                "landed_at": source.landed_at,
                "quarantined_batches": source.quarantined,
            }
            for source in state.sources
        ],
    )


def _age(moment: datetime | None) -> str:
    if moment is None:
        return "-"
    hours = (datetime.now(UTC) - moment).total_seconds() / 3600
    for limit, unit, size in ((1, "min", 1 / 60), (48, "h", 1)):
        if hours < limit:
            return f"{hours / size:.0f} {unit}"
    return f"{hours / 24:.0f} days"
