"""`ribbon status`: one screen of how the project stands."""

from datetime import UTC, datetime

from ribbon.cli.checks import show_checks
from ribbon.cli.session import Session, command
from ribbon.dbt.results import brief
from ribbon.project import Project as Manifest
from ribbon.project import load_project as load_manifest
from ribbon.status import Status, read_status

__all__ = ["status"]


@command("status")
def status(session: Session) -> int:
    """Show the last runs and checks, what failed, and how fresh each source is. Exits with 1 when something is red.

    A check is amber where it warned or rows were set aside. Checks that are not gated are listed with the reason: their
    readers may see what they do not allow.
    """
    manifest = load_manifest(session.project)
    standing = read_status(manifest)
    _show_runs(session, standing)
    _show_failures(session, standing, manifest)
    show_checks(session, standing, manifest)
    _show_sources(session, standing)
    session.console.record("red", standing.red)
    return 1 if standing.red else 0


def _show_runs(session: Session, standing: Status) -> None:
    console = session.console
    console.heading("Last runs (UTC)")
    if standing.busy:
        console.say(f"  {standing.busy}")
    elif not standing.runs:
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
                for run in standing.runs
            ],
        )
    console.record("runs", [vars(run) for run in standing.runs])


def _show_failures(session: Session, standing: Status, manifest: Manifest) -> None:
    console = session.console
    console.heading("Failed when last run")
    for run in standing.failed:
        node = manifest.record(run.unique_id)
        console.say(f"  ✗ {node['name']} ({node['original_file_path']}): {brief(run.message or '')}")
    if standing.busy:
        console.say("  Not known while the build file is held.")
    elif not standing.failed:
        console.say("  Nothing.")
    console.record("failed", [vars(run) for run in standing.failed])


def _show_sources(session: Session, standing: Status) -> None:
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
            for source in standing.sources
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
            for source in standing.sources
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
