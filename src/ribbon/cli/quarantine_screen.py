"""What `ribbon quarantine ls` shows."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from ribbon.cli.session import Session
from ribbon.model import Relation
from ribbon.project import Project as Manifest
from ribbon.quarantine import (
    HeldBatch,
    HeldRows,
    Meant,
    held_batches,
    held_rows,
    is_read_here,
    rows_of_batch,
    rows_of_model,
)

__all__ = ["counted", "show_all", "show_batches", "show_model"]

# Batches named of a source before the rest is only counted; so many fit a line.
BATCHES_NAMED = 5


# What the gate adds to the columns of a model; of it the screen shows the reasons.
ADDED, REASONS = "_quarantine", "_quarantine_reasons"


def counted(number: int, noun: str) -> str:
    """1 row, 2 rows, 2 batches."""
    return f"{number:,} {noun if number == 1 else noun + ('es' if noun.endswith('ch') else 's')}"


def show_all(session: Session, manifest: Manifest) -> None:
    """Both kinds on one screen: batches source by source, rows model by model.

    Batches come first: they lie in folders and are shown also while somebody holds the build file, which ends this.
    """
    console = session.console
    batches = held_batches(session.project)
    console.record("batches", [_told_batch(batch) for batch in batches])
    console.heading("Batches, set aside whole at the lake's door")
    for source, group in groupby(batches, key=lambda batch: batch.source):
        _say_source(session, source, list(group))
    if not batches:
        console.say("  None.")
    console.heading("Rows of models, set aside by the gate")
    if not is_read_here(manifest):
        console.say(f"  They lie in {manifest.adapter}, in the tables <model>__quarantine, and are not read from here.")
        return
    models = held_rows(session.project, manifest)
    console.record("models", [_told_rows(held) for held in models])
    for held in models:
        _say(session, held.name, held)
    if not models:
        console.say("  None.")


def show_model(session: Session, manifest: Manifest, relation: Relation, limit: int) -> None:
    """The rows of a model, each with its reasons."""
    if not is_read_here(manifest):
        session.console.say(f"Look at {relation}__quarantine in {manifest.adapter}: it is not read from here.")
        return
    found = [held for held in held_rows(session.project, manifest) if held.relation == relation]
    for held in found:
        _say(session, held.name, held)
        rows = rows_of_model(session.project, manifest, held, limit)
        _say_rows(session, rows, held.rows)
        session.console.record("models", [_told_rows(held) | {"content": rows}])
    if not found:
        session.console.say(f"Nothing of {relation.name} is in quarantine.")


def show_batches(session: Session, meant: Meant, limit: int) -> None:
    """Batches of one source with their rows; of a source without a contract nobody knows what may be shown."""
    told = []
    for batch in meant.batches:
        _say(session, batch.name, batch)
        if meant.source is None:
            session.console.say(f"    No contract says which columns are restricted; the rows lie in {batch.folder}.")
        rows = rows_of_batch(batch, meant.source, limit) if meant.source else []
        if meant.source:
            _say_rows(session, rows, batch.rows)
        told.append(_told_batch(batch) | {"content": rows})
    session.console.record("batches", told)


def _say_source(session: Session, source: str, batches: Sequence[HeldBatch]) -> None:
    if len(batches) == 1:
        _say(session, batches[0].name, batches[0])
        return
    rows, since = sum(batch.rows for batch in batches), min(batch.since for batch in batches)
    session.console.say(
        f"  {source}: {counted(rows, 'row')} in {counted(len(batches), 'batch')} since {since:%Y-%m-%d %H:%M} UTC"
    )
    reasons: Counter[str] = Counter()
    for batch in batches:
        reasons.update({reason: count or 0 for reason, count in batch.reasons})
    _say_reasons(session, reasons.most_common())
    named = ", ".join(batch.batch_id for batch in batches[:BATCHES_NAMED])
    more = len(batches) - BATCHES_NAMED
    session.console.say(f"    batches {named}{f' and {more:,} more' if more > 0 else ''}")


def _say(session: Session, name: str, held: HeldBatch | HeldRows) -> None:
    session.console.say(f"  {name}: {counted(held.rows, 'row')} since {held.since:%Y-%m-%d %H:%M} UTC")
    _say_reasons(session, held.reasons)


def _say_reasons(session: Session, reasons: Sequence[tuple[str, int | None]]) -> None:
    for reason, count in reasons:
        session.console.say(f"    {reason}: {counted(count, 'row') if count else 'the whole of it'}")


def _say_rows(session: Session, rows: Sequence[dict[str, Any]], total: int) -> None:
    for row in rows:
        values = ", ".join(
            f"{name}={'null' if value is None else value}" for name, value in row.items() if not name.startswith(ADDED)
        )
        why = f"  breaks {', '.join(json.loads(row[REASONS]))}" if REASONS in row else ""
        session.console.say(f"    {values}{why}")
    if total > len(rows):
        session.console.say(f"    and {counted(total - len(rows), 'row')} more; --limit shows more")


def _told_batch(batch: HeldBatch) -> dict[str, Any]:
    return {
        "name": batch.name,
        "source": batch.source,
        "batch_id": batch.batch_id,
        "folder": str(batch.folder),
        **_told(batch),
    }


def _told_rows(held: HeldRows) -> dict[str, Any]:
    return {"name": held.name, "table": held.place, "in_project": held.relation is not None, **_told(held)}


def _told(held: HeldBatch | HeldRows) -> dict[str, Any]:
    reasons = [{"expectation": reason, "rows": count} for reason, count in held.reasons]
    return {"rows": held.rows, "since": held.since, "reasons": reasons}
