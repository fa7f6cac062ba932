"""What is in quarantine: batches that failed validation at landing, and rows that the gate removed from models."""

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ribbon.batch_record import ExpectationResult, read_batch_record
from ribbon.config import ProjectPaths
from ribbon.dbt.explain import explain
from ribbon.dbt.runner import run_dbt
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.quarantine_tables import SUFFIX, rows_aside, tables_aside
from ribbon.errors import BrokenPromiseError, ConfigError, WorldError
from ribbon.model import Expectation, Relation, Severity, SourceTable
from ribbon.project import Project

__all__ = [
    "HeldBatch",
    "HeldRows",
    "Selection",
    "delete_batches",
    "drop_rows",
    "held_batches",
    "held_rows",
    "is_read_here",
    "release_rows",
    "rows_of_batch",
    "rows_of_model",
    "select_held",
]

# Batches are moved here by one rename before their files are deleted, so a kill never leaves half a batch.
DROPPED = ".dropped"

# Part of the gate's message about failed expectations; any other failure of an operation is the project's.
EXPECTATIONS_FAILED = "expectations failed"

MASK = "***"


@dataclass(frozen=True)
class HeldBatch:
    """A batch in data/quarantine/<system>/<table>/batch=<id>/, and why it is there.

    Beside batches: rows=<id>, rows of a file that do not fit their contract; file=<id>, a whole file. source:
    system.table. since: when it was quarantined. reasons: each failed expectation with its number of unexpected rows;
    None for an expectation of the whole table. file: the delivered file, where it is known.
    """

    source: str
    batch_id: str
    folder: Path
    rows: int
    since: datetime
    reasons: tuple[tuple[str, int | None], ...]
    file: str | None = None

    @property
    def name(self) -> str:
        """The name on the command line: system.table/batch."""
        return f"{self.source}/{self.batch_id}"

    @property
    def is_file(self) -> bool:
        """Whether it is a whole file, of which the bytes are kept."""
        return self.folder.name.startswith("file=")

    @property
    def has_texts(self) -> bool:
        """Whether its rows did not become rows of the contract, and are there as text."""
        return self.folder.name.startswith("rows=")


@dataclass(frozen=True)
class HeldRows:
    """The quarantined rows of one model. relation: None if the project no longer has the model.

    since: when the oldest was quarantined. reasons: each failed expectation with its number of rows.
    """

    relation: Relation | None
    schema: str
    table: str
    rows: int
    since: datetime
    reasons: tuple[tuple[str, int | None], ...]

    @property
    def name(self) -> str:
        """The name on the command line."""
        return self.relation.name if self.relation else self.place

    @property
    def place(self) -> str:
        """The table, as schema.name."""
        return f"{self.schema}.{self.table}"


@dataclass(frozen=True)
class Selection:
    """What a name on the command line selects: batches of one source with its contract if any, or a relation."""

    batches: tuple[HeldBatch, ...] = ()
    source: SourceTable | None = None
    relation: Relation | None = None


def select_held(paths: ProjectPaths, project: Project, name: str) -> Selection:
    """Select `system.table`, `system.table/batch`, or a model, seed or snapshot as `name` or `schema.name`.

    Raises ConfigError with close matches if there is nothing of this name.
    """
    held = held_batches(paths)
    sources = {str(source): source for source in project.sources}
    batches = tuple(batch for batch in held if name in {batch.source, batch.name})
    if batches:
        return Selection(batches, sources.get(batches[0].source))
    relations = {
        alias: relation
        for relation in project.relations
        for alias in (f"{relation}{SUFFIX}", str(relation), relation.name)
    }
    system_table, _, batch_id = name.partition("/")
    if name in relations or (system_table in sources and not batch_id):
        return Selection(source=sources.get(name), relation=relations.get(name))
    if name.endswith(SUFFIX):
        raise ConfigError(f"{name}: the project no longer has this model. Drop the table in {paths.build_file}.")
    close = get_close_matches(name, [*relations, *sources, *(batch.name for batch in held)], n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`ribbon quarantine ls` lists what is in quarantine."
    raise ConfigError(f"there is no model, source or batch {name} in quarantine. {hint}")


def held_batches(paths: ProjectPaths) -> list[HeldBatch]:
    """All quarantined batches by source and id, including those of sources without a contract."""
    return [_read_batch(folder) for folder in sorted(paths.quarantine_dir.glob("*/*/*=*")) if folder.is_dir()]


def rows_of_batch(batch: HeldBatch, source: SourceTable, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` rows in their declared columns; values of restricted columns are masked."""
    from ribbon.engines.parquet import some_rows  # noqa: PLC0415 - imports pyarrow, which commands start without

    if batch.has_texts:
        return _texts(batch, source, limit)
    columns = [column.name for column in source.columns]
    restricted = [column.name for column in source.columns if column.restricted]
    files = sorted(batch.folder.glob("*.parquet"))  # none where a file is there whole
    return _masked(some_rows(files, columns, limit) if files and batch.rows else [], restricted)


def _texts(batch: HeldBatch, source: SourceTable, limit: int) -> list[dict[str, Any]]:
    """Line, reasons and text of rows that do not fit. The text of a source with a restricted column is masked."""
    from ribbon.engines.misfits import read_misfits  # noqa: PLC0415 - imports pyarrow, which commands start without

    hidden = any(column.restricted for column in source.columns)
    return [
        {
            "file": batch.file,
            "line": misfit.line,
            "reasons": "; ".join(misfit.reasons),
            "text": MASK if hidden else misfit.raw,
        }
        for misfit in read_misfits(batch.folder, limit)
    ]


def delete_batches(paths: ProjectPaths, batches: Sequence[HeldBatch]) -> None:
    """Permanently delete batches, each completely or not at all."""
    dropped = paths.quarantine_dir / DROPPED
    try:
        shutil.rmtree(dropped, ignore_errors=True)
        dropped.mkdir(parents=True)
        for number, batch in enumerate(batches):
            batch.folder.rename(dropped / str(number))
        shutil.rmtree(dropped)
    except OSError as error:
        raise WorldError(
            f"{paths.quarantine_dir}: cannot be written: {error.strerror}. Make the folder writable."
        ) from error


def is_read_here(project: Project) -> bool:
    """Whether the rows of models are in the build file. Rows in other databases can be moved, not listed."""
    return project.adapter == "duckdb"


def held_rows(paths: ProjectPaths, project: Project) -> list[HeldRows]:
    """The models that have rows in quarantine. Raises BusyError if another process holds the build file."""
    if not paths.build_file.exists():
        return []
    schemas = {relation.schema for relation in project.relations}
    with open_file(paths.build_file, read_only=True) as build:
        tables = tables_aside(build, schemas)
    owners = {(relation.schema, relation.identifier + SUFFIX): relation for relation in project.relations}
    return [
        HeldRows(
            owners.get((table.schema, table.name)), table.schema, table.name, table.rows, table.since, table.reasons
        )
        for table in tables
    ]


def rows_of_model(paths: ProjectPaths, project: Project, held: HeldRows, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` rows, oldest first; values of restricted columns are masked."""
    from ribbon.lineage import TracedProject  # noqa: PLC0415 - imports sqlglot, which commands start without

    traced = TracedProject(paths, project.target_dir, of=project)
    restricted = traced.restricted_columns(held.relation.unique_id) if held.relation else frozenset()
    with open_file(paths.build_file, read_only=True) as build:
        return _masked(rows_aside(build, held.schema, held.table, limit), restricted)


def release_rows(paths: ProjectPaths, model: str) -> tuple[int, int]:
    """Move rows that pass now back into the model. Returns the rows released, and the rows that remain.

    Raises BrokenPromiseError if the table with them would fail an expectation; then no row has moved.
    """
    document = _operate(paths, "ribbon.quarantine_release", model)
    return int(document["released"]), int(document["remaining"])


def drop_rows(paths: ProjectPaths, model: str) -> int:
    """Permanently delete the quarantined rows of a model; returns how many."""
    return int(_operate(paths, "ribbon.quarantine_drop", model)["dropped"])


def _operate(paths: ProjectPaths, operation: str, model: str) -> dict[str, Any]:
    # Beside Ribbon's own manifest: `dbt retry` reads the last run of the usual target folder.
    folder = str(paths.target_dir / "ribbon")
    arguments = ["run-operation", operation, "--args", json.dumps({"model_name": model}), "--target-path", folder]
    invocation = run_dbt(paths, arguments, nodes_may_fail=True)
    if invocation.exit_code:
        text = "\n".join(invocation.errors)
        failed = EXPECTATIONS_FAILED in text
        raise BrokenPromiseError(_brief(text, model)) if failed else explain(paths, invocation.errors)
    for line in invocation.printed:
        if line.startswith("{"):
            return dict(json.loads(line))
    raise WorldError(
        f"{model}: dbt did not report the result of {operation}. Upgrade the macros with `ribbon init --upgrade`."
    )


def _brief(text: str, model: str) -> str:
    """The gate's own lines, without what dbt prints around them."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(">")]
    start = next(number for number, line in enumerate(lines) if EXPECTATIONS_FAILED in line)
    details = "\n".join(lines[start + 1 :])
    return f"{model}: no row was released: with these rows the table fails its expectations.\n{details}"


def _read_batch(folder: Path) -> HeldBatch:
    record = read_batch_record(folder)
    return HeldBatch(
        source=f"{folder.parent.parent.name}.{folder.parent.name}",
        batch_id=folder.name.removeprefix("batch=").replace("=", "-"),
        folder=folder,
        rows=record.rows,
        since=record.landed_at.astimezone(UTC),
        reasons=tuple(_reason(result) for result in record.expectations if _stops(result)),
        file=record.file,
    )


def _stops(result: ExpectationResult) -> bool:
    return not result.met and result.severity == Severity.ERROR.value


def _reason(result: ExpectationResult) -> tuple[str, int | None]:
    return str(Expectation(result.expectation, result.arguments, result.column)), result.unexpected


def _masked(rows: Sequence[dict[str, Any]], restricted: Iterable[str]) -> list[dict[str, Any]]:
    """The rows with every value of the restricted columns hidden, nulls too. Column names ignore case."""
    hidden = {name.casefold() for name in restricted}
    return [{name: MASK if name.casefold() in hidden else value for name, value in row.items()} for row in rows]
