"""`ribbon quarantine`: list quarantined rows and batches, release them, or delete them."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import click

from ribbon.cli.console import counted, listed
from ribbon.cli.session import Session, command
from ribbon.errors import ConfigError
from ribbon.lock import hold
from ribbon.model import Relation
from ribbon.project import Project, load_project, run_operation
from ribbon.quarantine import (
    HeldBatch,
    HeldRows,
    Selection,
    delete_batches,
    drop_rows,
    held_batches,
    held_rows,
    is_read_here,
    release_rows,
    rows_of_batch,
    rows_of_model,
    select_held,
)

__all__ = ["quarantine"]

# Batches of a source that are listed by name; more are only counted.
BATCHES_NAMED = 5

# Columns that the gate adds to a model's rows; of these only the reasons are shown.
ADDED, REASONS = "_quarantine", "_quarantine_reasons"


@click.group("quarantine")
def quarantine() -> None:
    """List quarantined rows and batches, release them, or delete them."""


@click.argument("name", required=False)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many rows of NAME to show."
)
@command("ls")
def ls(session: Session, name: str | None, limit: int) -> None:
    """List what is in quarantine: batches of sources and rows of models, with their number, age and reasons.

    NAME is a model, a source (system.table) or one of its batches (system.table/batch); its rows are listed too. Values
    of restricted columns are masked.
    """
    project = load_project(session.paths)
    if name is None:
        _show_all(session, project)
        return
    selected = select_held(session.paths, project, name)
    if selected.relation:
        _show_model(session, project, selected.relation, limit)
    elif selected.batches:
        _show_batches(session, selected, limit)
    else:
        session.console.say(f"Nothing of {name} is in quarantine.")


@click.argument("name")
@command("release")
def release(session: Session, name: str) -> int:
    """Release NAME from quarantine if it passes now: a model's rows, a source's batches, or one batch.

    Batches (system.table, or system.table/batch) are validated again, rows of a model are measured by the gate. What
    still fails stays in quarantine, and the command exits with 1.
    """
    with hold(session.paths.data_dir, "ribbon quarantine release"):
        project = load_project(session.paths)
        selected, _ = _find(session, project, name)
        if selected.relation:
            released, remaining = _release_rows(session, selected.relation)
        else:
            released, remaining = _release_batches(session, project, selected)
    session.console.record("released", released)
    session.console.record("remaining", remaining)
    return 1 if remaining else 0


@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; required without a terminal.")
@command("drop")
def drop(session: Session, name: str, yes: bool) -> None:
    """Permanently delete NAME from quarantine: a model's rows, a source's batches, or one batch."""
    console, paths = session.console, session.paths
    with hold(paths.data_dir, "ribbon quarantine drop"):
        selected, what = _find(session, load_project(session.paths), name)
        if not (yes or _confirmed(name, what)):
            console.say("Nothing was deleted.")
            return
        if selected.relation:
            rows = drop_rows(paths, selected.relation.name)
        else:
            rows = sum(batch.rows for batch in selected.batches)
            delete_batches(paths, selected.batches)
    console.say(f"{name}: {counted(rows, 'row')} deleted from quarantine.")
    console.record("dropped", rows)


def _find(session: Session, project: Project, name: str) -> tuple[Selection, str]:
    """What `name` means, and how much of it is in quarantine. Raises ConfigError if nothing is."""
    selected = select_held(session.paths, project, name)
    if selected.batches:
        rows = sum(batch.rows for batch in selected.batches)
        return selected, f"{counted(rows, 'row')} in {counted(len(selected.batches), 'batch')}"
    if selected.relation and not is_read_here(project):
        return selected, "all rows"
    for held in held_rows(session.paths, project) if selected.relation else ():
        if held.relation == selected.relation:
            return selected, counted(held.rows, "row")
    raise ConfigError(f"nothing of {name} is in quarantine. `ribbon quarantine ls` lists what is.")


def _release_rows(session: Session, relation: Relation) -> tuple[int, int]:
    released, remaining = release_rows(session.paths, relation.name)
    rows, left = counted(released, "row"), counted(remaining, "row")
    session.console.say(f"{relation.name}: {rows} released, {left} still in quarantine.")
    if remaining:
        session.console.say(f"See the rows and the reasons with `ribbon quarantine ls {relation.name}`.")
    if released:
        session.console.say(f"Rebuild what reads it with `ribbon build --select {relation.name}+`.")
    return released, remaining


def _release_batches(session: Session, project: Project, selected: Selection) -> tuple[int, int]:
    from ribbon.engines.parquet import open_bench  # noqa: PLC0415 - imports pyarrow, which commands start without
    from ribbon.land import opened_table  # noqa: PLC0415
    from ribbon.land import release as release_held  # noqa: PLC0415
    from ribbon.quality.door import open_door  # noqa: PLC0415

    console, paths = session.console, session.paths
    if selected.source is None:
        raise ConfigError(
            f"{selected.batches[0].source}: no contract declares this source any more. Declare it, or drop the batches."
        )
    released = remaining = 0
    with open_bench(paths.data_dir / "tmp", paths.memory_limit) as bench, open_door(paths, project) as door:
        for batch in selected.batches:
            with opened_table(paths, selected.source, bench, door) as table:
                outcome = release_held(table, batch.folder)
            released += outcome.landed
            remaining += outcome.quarantined
            left = f", {counted(outcome.quarantined, 'row')} still in quarantine" if outcome.quarantined else ""
            known = f", {counted(outcome.known, 'row')} in the lake already" if outcome.known else ""
            stopped = ", the file is still in quarantine whole" if outcome.stopped and not outcome.rows else ""
            console.say(f"{batch.name}: {counted(outcome.landed, 'row')} released into the lake{known}{left}{stopped}.")
            console.findings([*outcome.findings, *(each for one in outcome.batches for each in one.findings)])
            remaining += outcome.stopped and not outcome.rows
    if released:
        run_operation(paths, "ribbon.create_lake_views")
        console.say("Rebuild what reads them with `ribbon build`.")
    return released, remaining


def _confirmed(name: str, what: str) -> bool:
    """Ask for confirmation on a terminal. Raises ConfigError without one."""
    if not sys.stdin.isatty():
        raise ConfigError(
            f"dropping {name} permanently deletes {what} in quarantine. There is no terminal to confirm it: add --yes."
        )
    return click.confirm(f"Permanently delete {what} of {name} in quarantine?", err=True)


def _show_all(session: Session, project: Project) -> None:
    """Batches by source, then rows by model.

    Batches come first: they are files, and can be listed while another process holds the build file, which fails here.
    """
    console = session.console
    batches = held_batches(session.paths)
    console.record("batches", [_batch_document(batch) for batch in batches])
    console.heading("Batches of sources")
    for source, group in groupby(batches, key=lambda batch: batch.source):
        _show_source(session, source, list(group))
    if not batches:
        console.say("  None.")
    console.heading("Rows of models")
    if not is_read_here(project):
        console.say(f"  They are in {project.adapter}, in tables named <model>__quarantine. Query them there.")
        return
    models = held_rows(session.paths, project)
    console.record("models", [_rows_document(held) for held in models])
    for held in models:
        _show_held(session, held.name, held)
    if not models:
        console.say("  None.")


def _show_model(session: Session, project: Project, relation: Relation, limit: int) -> None:
    """The rows of a model, with their reasons."""
    if not is_read_here(project):
        session.console.say(f"The rows are in {project.adapter}, in {relation}__quarantine. Query them there.")
        return
    found = [held for held in held_rows(session.paths, project) if held.relation == relation]
    for held in found:
        _show_held(session, held.name, held)
        rows = rows_of_model(session.paths, project, held, limit)
        _show_rows(session, rows, held.rows)
        session.console.record("models", [_rows_document(held) | {"content": rows}])
    if not found:
        session.console.say(f"Nothing of {relation.name} is in quarantine.")


def _show_batches(session: Session, selected: Selection, limit: int) -> None:
    """Batches of one source with their rows. Without a contract no rows are shown: any column may be restricted."""
    documents = []
    for batch in selected.batches:
        _show_held(session, batch.name, batch)
        if selected.source is None:
            session.console.say(
                f"    Rows are not shown: without a contract any column may be restricted. They are in {batch.folder}."
            )
        rows = rows_of_batch(batch, selected.source, limit) if selected.source else []
        if selected.source:
            _show_rows(session, rows, batch.rows)
        documents.append(_batch_document(batch) | {"content": rows})
    session.console.record("batches", documents)


def _show_source(session: Session, source: str, batches: Sequence[HeldBatch]) -> None:
    if len(batches) == 1:
        _show_held(session, batches[0].name, batches[0])
        return
    rows, since = sum(batch.rows for batch in batches), min(batch.since for batch in batches)
    session.console.say(
        f"  {source}: {counted(rows, 'row')} in {counted(len(batches), 'batch')} since {since:%Y-%m-%d %H:%M} UTC"
    )
    reasons: Counter[str] = Counter()
    for batch in batches:
        reasons.update({reason: count or 0 for reason, count in batch.reasons})
    _show_reasons(session, reasons.most_common())
    session.console.say(f"    batches {listed([batch.batch_id for batch in batches], BATCHES_NAMED)}")


def _show_held(session: Session, name: str, held: HeldBatch | HeldRows) -> None:
    what = counted(held.rows, "row")
    if isinstance(held, HeldBatch) and held.is_file:
        what = f"all of {held.file}" + (f", {what}" if held.rows else "")
    session.console.say(f"  {name}: {what} since {held.since:%Y-%m-%d %H:%M} UTC")
    _show_reasons(session, held.reasons)


def _show_reasons(session: Session, reasons: Sequence[tuple[str, int | None]]) -> None:
    for reason, count in reasons:
        session.console.say(f"    {reason}: {counted(count, 'row') if count else 'all rows'}")


def _show_rows(session: Session, rows: Sequence[dict[str, Any]], total: int) -> None:
    for row in rows:
        values = ", ".join(
            f"{name}={'null' if value is None else value}" for name, value in row.items() if not name.startswith(ADDED)
        )
        why = f"  fails {', '.join(json.loads(row[REASONS]))}" if REASONS in row else ""
        session.console.say(f"    {values}{why}")
    if total > len(rows):
        session.console.say(f"    and {counted(total - len(rows), 'row')} more; --limit shows more")


def _batch_document(batch: HeldBatch) -> dict[str, Any]:
    return {
        "name": batch.name,
        "source": batch.source,
        "batch_id": batch.batch_id,
        "folder": str(batch.folder),
        **_shared_document(batch),
    }


def _rows_document(held: HeldRows) -> dict[str, Any]:
    return {"name": held.name, "table": held.place, "in_project": held.relation is not None, **_shared_document(held)}


def _shared_document(held: HeldBatch | HeldRows) -> dict[str, Any]:
    reasons = [{"expectation": reason, "rows": count} for reason, count in held.reasons]
    return {"rows": held.rows, "since": held.since, "reasons": reasons}


for _command in (ls, release, drop):
    quarantine.add_command(_command)
