"""What the tables and views of a DuckDB file hold, and in what those of two files differ."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ribbon.engines.duckdb_file import Connection, literal, open_file, quoted, reason_of
from ribbon.engines.quarantine_tables import SUFFIX

__all__ = ["Content", "difference", "differing_relations", "read_contents", "ribbon_schema", "unsteady_columns"]

FLOATS = frozenset({"FLOAT", "DOUBLE"})

# Sums of floats depend on the order of the rows: what is left of them beyond nine digits is noise, as is what is left
# of a sum that is zero.
FLOAT = "case when abs({0}) <= 1e-12 then '0' else format('{{:.8e}}', {0}::double) end"

# The schemas in which dbt keeps failing rows of tests, as it names them, and Ribbon its history.
AUDIT = "dbt_test__audit"
HISTORY = frozenset({"runs", "node_runs", "expectation_results", "column_profiles"})


@dataclass(frozen=True)
class Content:
    """What a relation holds, whatever the order of its rows.

    columns: its columns with their types. hashes: of the values of each column that is compared. whole: a hash of the
    rows of these. error: why it cannot be read; a view may read what is not there.
    """

    columns: tuple[tuple[str, str], ...] = ()
    rows: int = 0
    hashes: Mapping[str, str] = field(default_factory=dict)
    whole: str = ""
    error: str = ""


def read_contents(file: Path, search: Path, without: Mapping[str, Collection[str]] | None = None) -> dict[str, Content]:
    """Every table and view of a file by `schema.name`, without Ribbon's history, quarantines, and rows of failed tests.

    search: the folder for paths of files that views read. without: columns that are not compared, by relation.
    """
    with open_file(file, read_only=True) as connection:
        connection.execute(f"set file_search_path = {literal(str(search))}")
        return {
            f"{schema}.{name}": _content(connection, quoted(schema, name), (without or {}).get(f"{schema}.{name}", ()))
            for schema, name in _relations(connection)
        }


def difference(before: Content | None, after: Content | None, again: Content | None = None) -> str:
    """In what two relations differ, in words; empty where they do not.

    again: what a second build made of the first one. Where that differs too, as far as it does, nothing is said.
    """
    if before is None or after is None:
        return "" if before is after else "missing" if after is None else "new"
    if before.error or after.error:
        return "" if before.error == after.error else f"cannot be read: {before.error or after.error}"
    if again and (before.columns, before.rows) != (again.columns, again.rows):
        return ""
    is_steady = again is None or before.whole == again.whole
    return next(_differences(before, after, is_steady=is_steady), "")


def differing_relations(
    before: Mapping[str, Content], after: Mapping[str, Content], again: Mapping[str, Content] | None = None
) -> dict[str, str]:
    """The relations that differ, each with the `difference`."""
    names = dict.fromkeys([*before, *after])
    found = {name: difference(before.get(name), after.get(name), (again or {}).get(name)) for name in names}
    return {name: what for name, what in found.items() if what}


def unsteady_columns(one: Mapping[str, Content], other: Mapping[str, Content]) -> dict[str, tuple[str, ...]]:
    """The columns whose values differ between two builds of the same, by relation."""
    found = {name: tuple(_differing(one[name], other[name])) for name in one if name in other}
    return {name: columns for name, columns in found.items() if columns}


def ribbon_schema(connection: Connection) -> str | None:
    """The schema in which Ribbon keeps its history; None if there is none."""
    names = ", ".join(map(literal, sorted(HISTORY)))
    found = connection.execute(
        "select schema_name from duckdb_tables() where database_name = current_database()"
        f" and table_name in ({names}) group by 1 having count(*) = {len(HISTORY)} order by 1"
    ).fetchone()
    return str(found[0]) if found else None


def _relations(connection: Connection) -> list[tuple[str, str]]:
    history = ribbon_schema(connection) or ""
    return connection.execute(
        f"""
        select table_schema, table_name
        from information_schema.tables
        where table_catalog = current_database() and table_schema <> {literal(history)}
            and not ends_with(table_name, {literal(SUFFIX)}) and not ends_with(table_schema, {literal(AUDIT)})
        order by all
        """
    ).fetchall()


def _content(connection: Connection, relation: str, without: Collection[str]) -> Content:
    try:
        described = connection.execute(f"describe {relation}").fetchall()
        columns = tuple((str(name), str(kind)) for name, kind, *_ in described)
        values = {name: _value(name, kind) for name, kind in columns if name not in without}
        hashes = [f"sum(hash({value}))::varchar" for value in (f"({', '.join(values.values())})", *values.values())]
        found = connection.execute(f"select {', '.join(['count(*)', *hashes])} from {relation}").fetchone()
    except duckdb.Error as error:
        return Content(error=reason_of(error))
    rows, whole, *by_column = found or (0, "")
    return Content(columns, rows, dict(zip(values, by_column, strict=True)), whole)


def _value(name: str, kind: str) -> str:
    return FLOAT.format(quoted(name)) if kind in FLOATS else quoted(name)


def _differences(before: Content, after: Content, *, is_steady: bool) -> Iterator[str]:
    if before.columns != after.columns:
        changed = _changed(dict(before.columns), dict(after.columns))
        yield f"columns: {'; '.join(changed) or 'in another order'}"
    if before.rows != after.rows:
        yield f"{before.rows:,} and {after.rows:,} rows"
    if differing := _differing(before, after):
        yield f"values of {', '.join(differing)}"
    if is_steady and before.whole != after.whole:
        yield "the same values in other rows"


def _differing(before: Content, after: Content) -> list[str]:
    return [name for name in before.hashes if name in after.hashes and before.hashes[name] != after.hashes[name]]


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield f"{name} is {after.get(name, 'missing')}, was {before.get(name, 'missing')}"
