"""The part of `ribbon status` on expectations: what they said last, what is not gated, what was set aside."""

from collections.abc import Iterable

from ribbon.cli.session import Session
from ribbon.model import Measurement
from ribbon.project import Project as Manifest
from ribbon.status import Status

__all__ = ["show_checks"]

MARKS = {"fail": "✗", "warn": "!"}


def show_checks(session: Session, standing: Status, manifest: Manifest) -> None:
    """Print how many checks are green, amber and red, and name those that are not green."""
    if standing.busy:
        return
    console = session.console
    passed, amber, red = (standing.checks_that(status) for status in ("pass", "warn", "fail"))
    console.heading("Checks when last measured")
    console.say(f"  {len(passed):,} passed, {len(amber):,} amber, {len(red):,} red")
    for check in (*red, *amber):
        told = " ".join((check.message or f"{check.failures} failures").split())
        console.say(f"  {MARKS[check.status]} {_measured(manifest, check)}: {told}")
    if standing.ungated:
        console.heading("Not gated")
        for check in standing.ungated:
            console.say(f"  {_measured(manifest, check)}: {manifest.record(check.test_id)['name']}: {check.reason}")
    if standing.aside:
        console.heading("Rows in quarantine")
        console.table(
            ("  table", "rows", "since (UTC)"),
            [
                (f"  {table.schema}.{table.name}", table.rows, f"{table.since:%Y-%m-%d %H:%M}")
                for table in standing.aside
            ],
        )
    console.record(
        "checks",
        {"passed": len(passed), "amber": _documents(amber), "red": _documents(red)},
    )
    console.record("ungated", _documents(standing.ungated))
    console.record("quarantined_rows", {f"{table.schema}.{table.name}": table.rows for table in standing.aside})


def _measured(manifest: Manifest, check: Measurement) -> str:
    """What a check measures, as people write it."""
    node = manifest.record(check.node_id)
    return f"{node['schema']}.{node.get('alias') or node['name']}" if node else check.node_id


def _documents(checks: Iterable[Measurement]) -> list[dict[str, object]]:
    return [vars(check) for check in checks]
