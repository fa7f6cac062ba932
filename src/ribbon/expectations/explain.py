"""How the gate measures a model, as planned by the gate's own macros."""

import json
from dataclasses import dataclass
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.dbt.runner import run_dbt
from ribbon.errors import WorldError
from ribbon.expectations.declared import find_relation
from ribbon.project import Project

__all__ = ["Explanation", "Part", "Read", "explain_model"]


@dataclass(frozen=True)
class Read:
    """One read of the statement.

    how: scan, scan of some rows, histogram, groups, join, window or other relations. source: SQL of its FROM clause.
    columns: named by its expectations. expectations: that share the read. profiles: the columns profiled in it.
    """

    name: str
    how: str
    source: str
    columns: tuple[str, ...]
    expectations: tuple[str, ...]
    profiles: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """What one call of the gate measures: the `whole` candidate, or of an incremental the `merged` table.

    Before it are measured the `arriving` rows, some of which may be set aside, and in a microbatch those of a `batch`.

    constant: expectations decided without a read. own: (expectation, SQL) of tests that run as queries of their own.
    statement: the one statement, None if it is empty.
    """

    part: str
    reads: tuple[Read, ...]
    constant: tuple[str, ...]
    own: tuple[tuple[str, str], ...]
    statement: str | None


@dataclass(frozen=True)
class Explanation:
    """The plan of a relation's measurement. ungated: (expectation, why the gate cannot measure it)."""

    relation: str
    materialized: str
    parts: tuple[Part, ...]
    ungated: tuple[tuple[str, str], ...]


def explain_model(paths: ProjectPaths, project: Project, name: str) -> Explanation:
    """The plan for the model, seed or snapshot called `name`; nothing is measured.

    Raises ConfigError if there is none of that name, or if one of its expectations is wrong.
    """
    relation = find_relation(project, name)
    # Beside Ribbon's own manifest: `dbt retry` reads the last run of the usual target folder.
    folder = str(paths.target_dir / "ribbon")
    arguments = ["run-operation", "ribbon.explain_gate", "--args", json.dumps({"unique_id": relation.unique_id})]
    invocation = run_dbt(paths, [*arguments, "--target-path", folder])
    for line in invocation.printed:
        if line.startswith("{"):
            return _explanation(json.loads(line))
    raise WorldError(f"{relation.path}: dbt printed no plan. Upgrade the macros with `ribbon init --upgrade`.")


def _explanation(document: dict[str, Any]) -> Explanation:
    return Explanation(
        relation=document["relation"].replace('"', ""),
        materialized=document["materialized"],
        parts=tuple(_part(part) for part in document["parts"]),
        ungated=tuple((entry["expectation"], entry["reason"]) for entry in document["ungated"]),
    )


def _part(document: dict[str, Any]) -> Part:
    return Part(
        part=document["part"],
        reads=tuple(_read(read) for read in document["reads"]),
        constant=tuple(document["constant"]),
        own=tuple((entry["expectation"], entry["statement"].strip()) for entry in document["own"]),
        statement=document["statement"],
    )


def _read(document: dict[str, Any]) -> Read:
    lists = {key: tuple(document[key]) for key in ("columns", "expectations", "profiles")}
    return Read(name=document["name"], how=document["how"], source=document["source"], **lists)
