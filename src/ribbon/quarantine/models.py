"""Rows of models that the gate set aside. They are read from the build file, and moved by the gate's own operations."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.dbt.explain import explain
from ribbon.dbt.runner import run_dbt
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.quarantine_tables import SUFFIX, rows_aside, tables_aside
from ribbon.errors import BrokenPromiseError, WorldError
from ribbon.model import Relation
from ribbon.project import Project as Manifest
from ribbon.quarantine.masking import masked

__all__ = ["HeldRows", "drop_rows", "held_rows", "is_read_here", "release_rows", "rows_of_model"]

# How the gate's message of failed expectations reads; any other failure of an operation is one of the project.
PROMISE_BROKEN = "expectations failed"


@dataclass(frozen=True)
class HeldRows:
    """The rows of one model. relation: None where the project has no such model any more.

    place: the table, as schema.name. since: when the oldest was set aside. reasons: each broken promise with its rows.
    """

    relation: Relation | None
    schema: str
    table: str
    rows: int
    since: datetime
    reasons: tuple[tuple[str, int | None], ...]

    @property
    def name(self) -> str:
        """What `ribbon quarantine` calls it."""
        return self.relation.name if self.relation else self.place

    @property
    def place(self) -> str:
        """The table as people write it."""
        return f"{self.schema}.{self.table}"


def held_rows(project: ProjectPaths, manifest: Manifest) -> list[HeldRows]:
    """What models have in quarantine, where it is a row or more. Raises BusyError where the build file is held."""
    if not project.build_file.exists():
        return []
    schemas = {relation.schema for relation in manifest.relations}
    with open_file(project.build_file, read_only=True) as build:
        tables = tables_aside(build, schemas)
    owners = {(relation.schema, relation.identifier + SUFFIX): relation for relation in manifest.relations}
    return [
        HeldRows(
            owners.get((table.schema, table.name)), table.schema, table.name, table.rows, table.since, table.reasons
        )
        for table in tables
    ]


def is_read_here(manifest: Manifest) -> bool:
    """Whether the rows lie in the build file; another database's are moved by its operations but not read here."""
    return manifest.adapter == "duckdb"


def rows_of_model(project: ProjectPaths, manifest: Manifest, held: HeldRows, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` rows, oldest first; values of restricted columns are masked."""
    node = manifest.record(held.relation.unique_id) if held.relation else {}
    restricted = [column["name"] for column in node.get("columns", {}).values() if _is_restricted(column)]
    with open_file(project.build_file, read_only=True) as build:
        return masked(rows_aside(build, held.schema, held.table, limit), restricted)


def release_rows(project: ProjectPaths, model: str) -> tuple[int, int]:
    """Take back in what keeps its promises now. Returns the rows released, and those that stay.

    Raises BrokenPromiseError where the table with them would break a promise: then nothing has moved.
    """
    told = _operate(project, "ribbon_quarantine_release", model)
    return int(told["released"]), int(told["remaining"])


def drop_rows(project: ProjectPaths, model: str) -> int:
    """Delete the rows of a model for good; returns how many."""
    return int(_operate(project, "ribbon_quarantine_drop", model)["dropped"])


def _operate(project: ProjectPaths, operation: str, model: str) -> dict[str, Any]:
    # In the folder of the kept parse: `dbt retry` looks at the last run in the usual one.
    folder = str(project.target_dir / "ribbon")
    words = ["run-operation", operation, "--args", json.dumps({"model_name": model}), "--target-path", folder]
    said = run_dbt(project, words, nodes_may_fail=True)
    if said.exit_code:
        text = "\n".join(said.errors)
        raise BrokenPromiseError(_brief(text, model)) if PROMISE_BROKEN in text else explain(project, said.errors)
    for line in said.printed:
        if line.startswith("{"):
            return dict(json.loads(line))
    raise WorldError(f"{model}: dbt did not say what {operation} did. Are the macros of this version of Ribbon?")


def _brief(text: str, model: str) -> str:
    """The gate's own lines, without what dbt puts around them."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(">")]
    start = next(place for place, line in enumerate(lines) if PROMISE_BROKEN in line)
    told = "\n".join(lines[start + 1 :])
    return f"{model}: no row was taken back in: with them the table breaks what it promises.\n{told}"


def _is_restricted(column: dict[str, Any]) -> bool:
    config = column.get("config") or {}
    return bool((config.get("meta") or {}).get("restricted") or (column.get("meta") or {}).get("restricted"))
