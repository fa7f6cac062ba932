"""A DuckDB file that mirrors another one without copying rows: a view for each of its relations.

What is built in the mirror replaces the view of that name, and everything else is read from the other file, which is
attached read-only. So the other file is never written, and nothing of it is copied.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ribbon.engines.duckdb_file import Connection, explain, literal, open_file, quoted, reason_of

__all__ = ["MIRRORED", "MirrorFile", "Name"]

MIRRORED = "ribbon_mirrored"
"""The name under which the other file has to be attached wherever the mirror is read."""

ROWS = "__ribbon_rows"

# A relation by its schema and its own name, in lower case.
Name = tuple[str, str]


@dataclass(frozen=True)
class MirrorFile:
    """A mirror of `other`. search: the folder in which paths of files in views of the other one are looked up.

    Every method raises BusyError where another process holds one of the files, WorldError where one cannot be opened.
    """

    path: Path
    other: Path
    search: Path

    def make(self, keeps_out: Callable[[Name], bool]) -> None:
        """Rewrite the file, without the relations that are kept out.

        A view that cannot be read as it is, such as one over files that are gone, is left out too.
        """
        self.path.unlink(missing_ok=True)
        with self._opened() as connection:
            ahead = [name for name in _relations(connection) if not keeps_out((name[0].lower(), name[1].lower()))]
            for schema in {schema for schema, _ in ahead}:
                connection.execute(f"create schema if not exists {quoted(schema)}")
            while ahead:
                again = [name for name in ahead if not _mirrored(connection, *name)]
                ahead = again if len(again) < len(ahead) else []

    def rows_of_views(self, names: Collection[Name]) -> tuple[dict[Name, str], dict[Name, str]]:
        """Write the rows of those of these relations that are views into tables, for others to read without the mirror.

        Returns the name of the table in the same schema for each relation that is there, and why there is none.
        """
        tables: dict[Name, str] = {}
        failed: dict[Name, str] = {}
        with self._opened() as connection:
            for (schema, name), is_view in _own(connection).items():
                key = (schema.lower(), name.lower())
                if key not in names:
                    continue
                try:
                    tables[key] = _write_rows(connection, schema, name) if is_view else name
                except duckdb.Error as error:
                    failed[key] = reason_of(error)
        return tables, failed

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        with open_file(self.path, read_only=False) as connection:
            connection.execute(f"set file_search_path = {literal(str(self.search))}")
            try:
                connection.execute(f"attach {literal(str(self.other))} as {quoted(MIRRORED)} (read_only)")
            except duckdb.Error as error:
                raise explain(self.other, error) from error
            yield connection


def _relations(connection: Connection) -> list[tuple[str, str]]:
    """Tables and views of the other file, tables first, for views read them."""
    return connection.execute(
        f"""
        select schema_name, name
        from (
            select schema_name, table_name as name, 0 as place
            from duckdb_tables()
            where database_name = {literal(MIRRORED)} and not internal
            union all
            select schema_name, view_name, 1
            from duckdb_views()
            where database_name = {literal(MIRRORED)} and not internal
        ) as found
        order by place, schema_name, name
        """
    ).fetchall()


def _own(connection: Connection) -> Mapping[tuple[str, str], bool]:
    """Tables and views of the file itself, and whether it is a view."""
    found = connection.execute(
        """
        select schema_name, table_name, false from duckdb_tables() where database_name = current_database()
        union all
        select schema_name, view_name, true from duckdb_views()
        where database_name = current_database() and not internal
        """
    ).fetchall()
    return {(schema, name): is_view for schema, name, is_view in found}


def _mirrored(connection: Connection, schema: str, name: str) -> bool:
    try:
        connection.execute(f"create view {quoted(schema, name)} as select * from {quoted(MIRRORED, schema, name)}")
    except duckdb.Error:
        return False
    return True


def _write_rows(connection: Connection, schema: str, name: str) -> str:
    table = name + ROWS
    connection.execute(f"create or replace table {quoted(schema, table)} as select * from {quoted(schema, name)}")
    return table
