"""Where imported queries are stored: a folder of Parquet files per import, never changed afterwards."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ribbon.engines.usage_files import QUERIES, STATEMENTS, USES, known_calls, write_rows
from ribbon.errors import WorldError
from ribbon.model import LoggedQuery, Statement

__all__ = ["Meaning", "StoredQuery", "Understood", "import_folders", "imported_calls", "meaning_of", "write_import"]


class Meaning(NamedTuple):
    """What the texts of a shape mean. id: the same in every import. statement: with the values of the first text."""

    id: str
    statement: Statement
    dialect: str


class Understood(NamedTuple):
    """A text, perhaps without literals, and its meaning."""

    sql: str
    meaning: Meaning


def meaning_of(shape: Statement, first: Statement, dialect: str) -> Meaning:
    """The meaning of a shape, which decides the id, with the values of the first text."""
    content = msgspec.json.encode((shape, dialect))
    return Meaning(blake2b(content, digest_size=16).hexdigest(), first, dialect)


# A folder gets its name in the last step, so that readers find a whole import or none.
FOLDER, UNFINISHED, KEYS = "import=", ".unfinished", ".keys.jsonl"


class StoredQuery(NamedTuple):
    """A query as it is stored. sql: perhaps without literals."""

    query: LoggedQuery
    use_case: str | None
    sql: str
    meaning: Meaning


def import_folders(usage_dir: Path) -> list[Path]:
    """The imports, oldest first."""
    return sorted(usage_dir.glob(f"{FOLDER}*"))


def imported_calls(usage_dir: Path, queries: Sequence[LoggedQuery]) -> Mapping[int, int]:
    """The calls of those queries that were imported before, by their positions. Creates a missing folder."""
    try:
        usage_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorldError(f"{usage_dir}: cannot be created: {error.strerror}. Make its parent writable.") from error
    files = [folder / "queries.parquet" for folder in import_folders(usage_dir)]
    return known_calls(files, ((query.log, query.id) for query in queries), usage_dir / KEYS)


def write_import(usage_dir: Path, queries: Sequence[StoredQuery], imported_at: datetime) -> Path:
    """Store an import, whole or not at all. Returns its folder. Raises WorldError where it cannot be written."""
    unfinished = usage_dir / UNFINISHED
    finished = usage_dir / f"{FOLDER}{imported_at.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    meanings = {each.meaning.id: each.meaning for each in queries}.values()
    try:
        shutil.rmtree(unfinished, ignore_errors=True)  # left by a killed import
        unfinished.mkdir(parents=True)
        write_rows(_query_rows(queries, imported_at), QUERIES, unfinished / "queries.parquet")
        write_rows(_statement_rows(meanings), STATEMENTS, unfinished / "statements.parquet")
        write_rows(_use_rows(meanings), USES, unfinished / "uses.parquet")
        unfinished.rename(finished)
    except OSError as error:
        raise WorldError(f"{finished}: cannot be written: {error.strerror}. Nothing was imported.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return finished


def _query_rows(queries: Iterable[StoredQuery], imported_at: datetime) -> Iterator[tuple[Any, ...]]:
    for query, use_case, sql, meaning in queries:
        yield (
            query.log,
            query.id,
            query.who,
            _utc(query.asked_at),
            sql,
            meaning.id,
            query.seconds,
            query.calls,
            query.bytes_read,
            query.status,
            query.use,
            use_case,
            query.source_file,
            _utc(imported_at),
        )


def _utc(instant: datetime | None) -> datetime | None:
    """A time as the Parquet files have it: UTC, without a zone."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant else None


def _statement_rows(meanings: Iterable[Meaning]) -> Iterator[tuple[Any, ...]]:
    for each in meanings:
        yield each.id, each.statement.sql, each.dialect, each.statement.reading, each.statement.reasons


def _use_rows(meanings: Iterable[Meaning]) -> Iterator[tuple[Any, ...]]:
    for each in meanings:
        for use in each.statement.uses:
            yield each.id, use.relation, use.column, use.role, use.expression
