"""Tables of a PostgreSQL database, streamed through ADBC: each value as the text by which PostgreSQL writes it.

Text keeps what typed values lose on the way: numerics of any precision, dates that are infinite or before Christ.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from ribbon.engines.arrow_file import write_batches
from ribbon.engines.duckdb_file import quoted
from ribbon.errors import ConfigError, WorldError, without_secrets

__all__ = ["DatabaseTable", "database_tables", "write_table"]

# So that a value is the same text whatever the server's settings are.
_SETTINGS = (
    "set transaction isolation level repeatable read, read only",
    "set local datestyle to 'ISO, YMD'",
    "set local timezone to 'UTC'",
    "set local intervalstyle to 'iso_8601'",
    "set local extra_float_digits to 1",
)

_TABLES = """
select quote_ident(space.nspname) || '.' || quote_ident(class.relname) as name
from pg_class as class
inner join pg_namespace as space on class.relnamespace = space.oid
where class.relkind in ('r', 'p', 'v', 'm', 'f') and not class.relispartition
    and space.nspname <> 'information_schema' and space.nspname !~ '^pg_' and has_table_privilege(class.oid, 'select')
order by 1
"""

# A domain counts as the type that it is made of.
_COLUMNS = """
select columns.attname as name, columns.attnotnull as is_required,
    format_type(coalesce(nullif(types.typbasetype, 0), columns.atttypid),
        case when types.typbasetype = 0 then columns.atttypmod else types.typtypmod end) as type,
    types.typcategory::text as category,
    coalesce(keys.indisprimary, false) as is_key, array_position(keys.indkey::int2[], columns.attnum) as place
from pg_attribute as columns
inner join pg_type as types on columns.atttypid = types.oid
left join pg_index as keys
    on columns.attrelid = keys.indrelid and keys.indisprimary and columns.attnum = any(keys.indkey::int2[])
where columns.attrelid = to_regclass($1) and columns.attnum > 0 and not columns.attisdropped
order by columns.attnum
"""

_TYPES = {
    **dict.fromkeys(("smallint", "integer", "bigint"), "BIGINT"),
    **dict.fromkeys(("real", "double precision"), "DOUBLE"),
    **dict.fromkeys(("timestamp without time zone", "timestamp with time zone"), "TIMESTAMP"),
    "boolean": "BOOLEAN",
    "date": "DATE",
    "numeric": None,
}

_DIGITS = 38


@dataclass(frozen=True)
class DatabaseTable:
    """A table or view as the database declares it. name: as its SQL writes it, with the schema.

    types: DuckDB's, by column; None where only the values tell. required: columns that are never null. key: of the
    primary key.
    """

    name: str
    types: Mapping[str, str | None]
    required: frozenset[str]
    key: tuple[str, ...]


def database_tables(url: str, only: str | None = None) -> list[DatabaseTable]:
    """The tables and views of a database that may be read, without the system's. only: the name of one of them.

    Raises ConfigError where that is missing or the driver is, WorldError where the database cannot be read.
    """
    with _connected(url) as cursor:
        names = [only] if only else [str(row[0]) for row in _rows(cursor, _TABLES)]
        return [_table(cursor, name, url) for name in names]


def write_table(url: str, name: str, file: Path) -> None:
    """Write the rows of a table to a Parquet file of texts. Memory holds one batch. Raises as `database_tables`."""
    with _connected(url) as cursor:
        columns = _columns(cursor, name, url)
        values = ", ".join(f"{_text(column)} as {quoted(column['name'])}" for column in columns)
        cursor.execute("select to_regclass($1)::text", parameters=[name])
        cursor.execute(f"select {values} from {cursor.fetchall()[0][0]}")
        with cursor.fetch_record_batch() as reader:
            write_batches(reader, file)


def _text(column: Mapping[str, Any]) -> str:
    name = quoted(column["name"])
    if column["type"] == "bytea":  # as DuckDB writes a blob
        return f"regexp_replace(upper(encode({name}, 'hex')), '(..)', '\\\\x\\1', 'g')"
    return f"to_json({name})::text" if column["category"] in {"A", "C"} else f"{name}::text"


def _table(cursor: Any, name: str, url: str) -> DatabaseTable:
    columns = _columns(cursor, name, url)
    key = sorted((column["place"], column["name"]) for column in columns if column["is_key"])
    return DatabaseTable(
        name,
        {column["name"]: _type(column["type"]) for column in columns},
        frozenset(column["name"] for column in columns if column["is_required"]),
        tuple(column for _, column in key),
    )


def _type(declared: str) -> str | None:
    name, _, rest = declared.partition("(")
    if name == "numeric" and rest:
        digits, _, places = rest.rstrip(")").partition(",")
        fits = int(digits) <= _DIGITS and 0 <= int(places or 0) <= int(digits)
        return f"DECIMAL({digits},{places or 0})" if fits else None
    # timestamp(3) without time zone
    plain = f"{name}{rest.partition(')')[2]}" if rest else name
    return _TYPES.get(plain, "VARCHAR")


def _columns(cursor: Any, name: str, url: str) -> list[dict[str, Any]]:
    rows = _rows(cursor, _COLUMNS, name)
    if not rows:
        raise ConfigError(
            f"{url}: there is no table {name} that can be read. Write it as SQL does, such as public.orders."
        )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _rows(cursor: Any, sql: str, *values: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql, parameters=list(values) or None)
    return list(cursor.fetchall())


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    """A cursor in a transaction that sees one state of the database. The password comes from the environment."""
    try:
        adbc = import_module("adbc_driver_postgresql.dbapi")
    except ImportError:
        raise ConfigError(
            "PostgreSQL is read with its ADBC driver, which is not installed: pip install 'dbt-ribbon[postgres]'"
        ) from None
    try:
        with adbc.connect(url) as connection, connection.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(setting)
            yield cursor
    except adbc.Error as error:
        reason = without_secrets(str(error).splitlines()[0].rstrip("."))
        raise WorldError(f"{url}: cannot be read: {reason}. The password is taken from PGPASSWORD.") from None
