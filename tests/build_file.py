"""Build files with a history, in the tables that macros/ribbon/history creates, and a project that they are of."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from ribbon.engines.catalog_history import CatalogHistory, history_schema, read_catalog_history
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import Layer

REPOSITORY = Path(__file__).parent.parent
HOOK = REPOSITORY / "macros/ribbon/history/record_run.sql"
TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)

ORDERS, PEOPLE, READER, RAW = "model.shop.orders", "model.shop.people", "model.shop.reader", "source.shop.web.raw"
TEST, SECRET = "test.shop.not_null_orders_id.1", "test.shop.unique_people_email.2"

# What a database says that may not be told of `people` and its readers.
QUOTES = "Runtime Error in model {0} (models/{0}.sql)\n  Conversion Error: Could not convert string 'Ann' to INT32"


def _node(uid: str, **fields: Any) -> ProjectNode:
    name = uid.rsplit(".", maxsplit=1)[-1]
    kind, schema = uid.split(".", maxsplit=1)[0], fields.pop("schema", "main")
    path = ("db", schema, name)
    return ProjectNode(
        uid, name, kind, f"warehouse.{name}", Layer.WAREHOUSE, schema, name, f"{name}.sql", path, **fields
    )


NODES = {
    RAW: _node(RAW, system="web", schema="web"),
    ORDERS: _node(ORDERS, parents=(RAW,), materialized="table"),
    PEOPLE: _node(PEOPLE, restricted=frozenset({"email"})),
    READER: _node(READER, parents=(PEOPLE,)),
}


def days_ago(days: float) -> datetime:
    """That long before eight in the morning of today."""
    return NOW - timedelta(days=days)


class BuildFile:
    """A DuckDB file in a folder, with the schema `ribbon` as a run leaves it."""

    def __init__(self, folder: Path, schema: str = "ribbon") -> None:
        self.path = folder / "build.duckdb"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = duckdb.connect(str(self.path))
        self._schema, self._runs = schema, 0
        self.connection.execute("begin")
        self.connection.execute(_history_ddl(schema))

    def run(self, days: float, status: str = "passed") -> str:
        """An invocation that began so many days ago, and its id."""
        self._runs += 1
        run_id, began = f"run-{self._runs}", days_ago(days)
        ended = began + timedelta(minutes=1) if status != "running" else None
        self._insert("runs", (run_id, "build", "prod", began, ended, status))
        return run_id

    def verdict(self, run_id: str, days: float, test: str, status: str = "pass", **told: Any) -> None:
        """What a test measured. told: node, column, arguments, gated, elements, unexpected, observed, …."""
        said = {"node": "model.shop.orders", "arguments": {}, "gated": True, "quarantined": 0, **told}
        row = (
            run_id,
            days_ago(days),
            test,
            said["node"],
            "not_null",
            said.get("column"),
            json.dumps(said["arguments"]),
        )
        row += (
            "error",
            status,
            said["gated"],
            said.get("elements"),
            said.get("unexpected"),
            said.get("observed"),
            None,
        )
        self._insert("expectation_results", (*row, said["quarantined"], said.get("message"), said.get("reason")))

    def node(self, run_id: str, days: float | None, uid: str, status: str = "success", message: str = "OK") -> None:
        """How a node ended, None days where it was skipped."""
        ended = None if days is None else days_ago(days)
        self._insert("node_runs", (run_id, uid, uid.partition(".")[0], status, None, 1.5, message, ended))

    def profile(self, run_id: str, days: float, uid: str, column: str, rows: int, nulls: int, **told: Any) -> None:
        """A column's profile. told: distinct, smallest, largest, top."""
        values = (rows, nulls, told.get("distinct"), told.get("smallest"), told.get("largest"), told.get("top"))
        self._insert("column_profiles", (run_id, days_ago(days), uid, column, *values))

    def history(self, today: date = TODAY) -> CatalogHistory:
        """What the catalog reads of it."""
        self.close()
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return read_catalog_history(connection, history_schema(connection, ["main"]), today)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.execute("commit")
        self.connection.close()

    def _insert(self, table: str, row: tuple[Any, ...]) -> None:
        plain = [value.replace(tzinfo=None) if isinstance(value, datetime) else value for value in row]
        places = ", ".join("?" for _ in plain)
        self.connection.execute(f'insert into "{self._schema}".{table} values ({places})', plain)


@cache
def _history_ddl(schema: str) -> str:
    """What the hook at the start of a run creates, rendered as dbt renders it."""
    environment = jinja2.Environment(autoescape=False, extensions=["jinja2.ext.do"])  # noqa: S701 - SQL, not HTML
    macros = environment.from_string(HOOK.read_text()).make_module({"ribbon": {"type_double": lambda: "double"}})
    return str(macros.history_ddl(schema))  # type: ignore[attr-defined] - a macro
