"""The DuckDB file that readers open: the marts, and a table `ribbon.published` that says what they are."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from ribbon.engines.duckdb_file import OF_THE_FILE, Connection, explain, literal, open_file, quoted, reason_of
from ribbon.engines.table_states import state_of
from ribbon.errors import BusyError, ConfigError, WorldError

__all__ = ["CURRENT", "KEPT", "Copied", "Published", "build_has", "read_published", "write_marts"]

CURRENT = "current"
KEPT = "kept"

# Readers may have an older DuckDB. What DuckDB 1 writes any since 1.0 opens; what DuckDB 2 writes none before it would.
_FOR_READERS = {"storage_compatibility_version": "v1.5.0"} if int(duckdb.__version__.split(".")[0]) > 1 else {}

_TABLE = "published"
_COMMENT = "What readers have: a row for each mart, by use case. Times are UTC."
_TYPES = {"published_at": "timestamp", "built_at": "timestamp", "data_through": "timestamp"}
_TIMES = ("DATE", "TIMESTAMP")


@dataclass(frozen=True)
class Published:
    """A row of `ribbon.published`: a mart as readers have it. Times are UTC.

    version: the publication that took the mart's use case from the build; empty where that is not known. state:
    current, or kept where a newer one of the use case did not pass, with the reason. data_through: its last date.
    fingerprint: of its rows and columns, comparable within one version of DuckDB.
    """

    use_case: str
    schema_name: str
    table_name: str
    version: str = ""
    published_at: datetime | None = None
    built_at: datetime | None = None
    data_through: datetime | None = None
    state: str = CURRENT
    reason: str | None = None
    fingerprint: str | None = None

    def __str__(self) -> str:
        """schema.name."""
        return f"{self.schema_name}.{self.table_name}"


@dataclass(frozen=True)
class Copied:
    """A table to put into the file. origins: the files that may have it, the best first, and its schema there.

    state: what its rows must be, by `state_of`; None where any will do. through: the columns of which one says how far
    the data goes, the first that is a date or a time. declared: whether the project names it.
    """

    record: Published
    origins: tuple[Path, ...]
    origin_schema: str
    state: str | None = None
    through: tuple[str, ...] = ()
    declared: bool = False


def build_has(connection: Connection) -> set[tuple[str, str]]:
    """Every table and view of the connection's own file, as (schema, name)."""
    return set(
        connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
        ).fetchall()
    )


def read_published(file: Path) -> list[Published]:
    """What a file for readers holds. In a file of a release that kept no records only the names are known.

    Of a file that somebody writes into, or wrote into, a copy without that is read: it was complete before.
    """
    with _unwritten(file) as readable, open_file(readable, read_only=True) as connection:
        return _records_in(connection)


@contextmanager
def _unwritten(file: Path) -> Iterator[Path]:
    """A readers' file, or where a process holds it for writing or left a log beside it, a copy of it alone."""
    if _is_untouched(file):
        yield file
        return
    with TemporaryDirectory() as scratch:
        yield Path(shutil.copyfile(file, Path(scratch) / file.name))


def _is_untouched(file: Path) -> bool:
    try:
        with open_file(file, read_only=True):
            return not file.with_name(f"{file.name}.wal").exists()
    except BusyError:
        return False


def _records_in(connection: Connection) -> list[Published]:
    schema = _schema_of_records(connection)
    if schema is None:
        return [Published("", *name) for name in sorted(build_has(connection))]
    columns = ", ".join(each.name for each in fields(Published))
    rows = connection.execute(f"select {columns} from {quoted(schema, _TABLE)} order by all")
    return [Published(*row) for row in rows.fetchall()]


def write_marts(draft: Path, tables: Sequence[Copied], build: Path, memory_limit: str) -> dict[str, int]:
    """Write a complete file of these tables, which nobody has seen yet. Views become tables.

    build: the file that dbt builds in; other origins are files of readers. Returns the rows of each schema.name. A
    table that none of its origins has as it must be is left out. Raises BusyError where dbt holds the build, WorldError
    where the file cannot be written or a table of the build changed meanwhile.
    """
    try:
        connection = duckdb.connect(str(draft), config={"memory_limit": memory_limit, **_FOR_READERS})
    except duckdb.Error as error:
        raise explain(draft, error) from error
    try:
        with connection:
            rows, records = _fill(connection, tables, build)
            _write_records(connection, records)
            connection.execute("checkpoint")
    except OF_THE_FILE as error:
        raise WorldError(f"{draft}: cannot be written: {reason_of(error)}. Readers keep what they have.") from error
    if draft.with_name(f"{draft.name}.wal").exists():
        raise WorldError(f"{draft}: DuckDB left a write-ahead log after its checkpoint. Publish again.")
    return rows


def _fill(connection: Connection, tables: Sequence[Copied], build: Path) -> tuple[dict[str, int], list[Published]]:
    """Copy the tables, each from the first of its origins that has it as it must be."""
    rows: dict[str, int] = {}
    records: list[Published] = []
    ahead: dict[Path, list[Copied]] = {}
    for table in tables:
        ahead.setdefault(table.origins[0], []).append(table)
    while ahead:
        origin, here = ahead.popitem()
        try:
            with _attached(connection, origin, origin == build) as catalog:
                for table in here:
                    copied = _copy(connection, catalog, table, is_built=origin == build)
                    if copied:
                        rows[str(table.record)] = copied[0]
                        records.append(copied[1])
        except (WorldError, *OF_THE_FILE):
            if origin == build:
                raise
        for table in here:
            if str(table.record) not in rows and table.origins[1:]:
                ahead.setdefault(table.origins[1], []).append(replace(table, origins=table.origins[1:]))
    return dict(sorted(rows.items())), records


@contextmanager
def _attached(connection: Connection, origin: Path, is_build: bool) -> Iterator[str]:
    """The name under which a file is attached: the build under its own, because its views name their tables with it.

    What somebody wrote into a readers' file is left out.
    """
    catalog = origin.stem if is_build else "ribbon_readers"
    with nullcontext(origin) if is_build else _unwritten(origin) as file:
        try:
            connection.execute(f"attach {literal(str(file))} as {quoted(catalog)} (read_only)")
        except duckdb.Error as error:
            raise explain(file, error) from error
        try:
            yield catalog
        finally:
            connection.execute(f"detach {quoted(catalog)}")


def _copy(connection: Connection, catalog: str, table: Copied, *, is_built: bool) -> tuple[int, Published] | None:
    """The rows copied, and the record. None where a readers' file does not have the table as it was published."""
    record = table.record
    names = (record.schema_name, record.table_name)
    target = quoted(*names)
    connection.execute(f"create schema if not exists {quoted(record.schema_name)}")
    try:
        count = connection.execute(
            f"create table {target} as select * from {quoted(catalog, table.origin_schema, record.table_name)}"
        ).fetchone()
    except duckdb.CatalogException as error:
        if is_built:
            raise _changed(table) from error
        return None
    state = state_of(connection, *names)
    if is_built and table.state and state != table.state:
        raise _changed(table)
    if not is_built and not _is_as_published(record.fingerprint, state):
        connection.execute(f"drop table {target}")
        return None
    _copy_comments(connection, (catalog, table.origin_schema, record.table_name), target)
    if is_built:
        through = _data_through(connection, names, table)
        record = replace(record, fingerprint=f"{duckdb.__version__} {state}", data_through=through)
    return int(count[0]) if count else 0, record


def _changed(table: Copied) -> WorldError:
    name = f"{table.origin_schema}.{table.record.table_name}"
    return WorldError(
        f"{table.origins[0]}: {name} changed while it was published, so its tests have not judged it. Publish again."
    )


def _is_as_published(fingerprint: str | None, state: str | None) -> bool:
    """Whether nobody wrote to a readers' table. Fingerprints of other versions of DuckDB cannot be compared."""
    version, _, published = (fingerprint or "").partition(" ")
    return version != duckdb.__version__ or published == state


def _copy_comments(connection: Connection, origin: tuple[str, str, str], target: str) -> None:
    comments = connection.execute(
        """
        select 'table', null, comment from duckdb_tables()
        where database_name = $1 and schema_name = $2 and table_name = $3
        union all
        select 'column', column_name, comment from duckdb_columns()
        where database_name = $1 and schema_name = $2 and table_name = $3
        """,
        list(origin),
    ).fetchall()
    for kind, column, comment in comments:
        if comment:
            thing = f"column {target}.{quoted(column)}" if kind == "column" else f"table {target}"
            connection.execute(f"comment on {thing} is {literal(comment)}")


def _data_through(connection: Connection, names: tuple[str, str], table: Copied) -> datetime | None:
    """The last finite moment in the first of the columns that is a date or a time."""
    described = connection.execute(f"describe {quoted(*names)}").fetchall()
    types = {str(name).casefold(): (str(name), str(kind)) for name, kind, *_ in described}
    for wanted in table.through:
        column, kind = types.get(wanted.casefold(), ("", ""))
        if kind.startswith(_TIMES):
            moment = f"{quoted(column)} at time zone 'UTC'" if "TIME ZONE" in kind else f"{quoted(column)}::timestamp"
            row = connection.execute(
                f"select max({moment}) from {quoted(*names)} where isfinite({quoted(column)})"
            ).fetchone()
            return row[0] if row else None
        if table.declared:
            raise ConfigError(
                f"{table.record}: data_through names {wanted}, which is no column with dates or times of it. Correct"
                " the name in its YAML."
            )
    return None


def _write_records(connection: Connection, records: Sequence[Published]) -> None:
    """In the schema `ribbon`; under another name where that schema is the project's own."""
    schema = "ribbon"
    while any(record.schema_name.casefold() == schema for record in records):
        schema += "_"
    table = quoted(schema, _TABLE)
    columns = [each.name for each in fields(Published)]
    declared = ", ".join(f"{name} {_TYPES.get(name, 'varchar')}" for name in columns)
    connection.execute(f"create schema {quoted(schema)}")
    connection.execute(f"create table {table} ({declared})")
    if records:
        places = ", ".join("?" for _ in columns)
        ordered = sorted(records, key=lambda record: (record.use_case, str(record)))
        connection.executemany(f"insert into {table} values ({places})", [astuple(record) for record in ordered])
    connection.execute(f"comment on table {table} is {literal(_COMMENT)}")


def _schema_of_records(connection: Connection) -> str | None:
    row = connection.execute(
        "select schema_name from duckdb_tables()"
        " where database_name = current_database() and table_name = $1 and comment = $2",
        [_TABLE, _COMMENT],
    ).fetchone()
    return str(row[0]) if row else None
