"""What Ribbon wrote outside of a project's files, which stays when it is taken out."""

from dataclasses import dataclass

from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import open_file, quoted
from ribbon.engines.history import history_schemas
from ribbon.engines.quarantine_tables import quarantines, tables_aside
from ribbon.errors import WorldError

__all__ = ["LeftBehind", "left_behind"]


@dataclass(frozen=True)
class LeftBehind:
    """histories: schemas with the number of their runs. quarantines: tables, as schema.name, with their rows.

    statements: SQL that drops them. has_data: whether the data folder is there. note: why the database was not read.
    """

    histories: tuple[tuple[str, int], ...] = ()
    quarantines: tuple[tuple[str, int], ...] = ()
    statements: tuple[str, ...] = ()
    has_data: bool = False
    note: str = ""


def left_behind(paths: ProjectPaths) -> LeftBehind:
    """What of Ribbon's is in the target's database and in the data folder."""
    has_data = paths.data_dir.is_dir()
    if paths.database is None and not paths.build_file.exists():
        note = "the target is no DuckDB file, so its database was not read: look there for schemas that end in `ribbon`"
        return LeftBehind(has_data=has_data, note=f"{note} and tables that end in `__quarantine`.")
    if not paths.build_file.exists():
        return LeftBehind(has_data=has_data)
    try:
        with open_file(paths.build_file, read_only=True) as build:
            histories = history_schemas(build)
            names = quarantines(build)
            rows = {
                (each.schema, each.name): each.rows for each in tables_aside(build, {schema for schema, _ in names})
            }
    except WorldError as error:
        return LeftBehind(has_data=has_data, note=str(error))
    statements = [f"drop schema {quoted(name)} cascade" for name, _ in histories]
    statements += [f"drop table {quoted(*name)}" for name in names]
    aside = tuple((".".join(name), rows.get(name, 0)) for name in names)
    return LeftBehind(tuple(histories), aside, tuple(statements), has_data)
