"""Data contracts of the marts in the Open Data Contract Standard, a YAML file each."""

import re
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import yaml

from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.logical_types import logical_type
from ribbon.catalog.facts.groups import NO_USE
from ribbon.catalog.views import ColumnView, PromiseView, RelationView, UseCaseView
from ribbon.dbt.grain import NOT_NULL, UNIQUE

__all__ = ["write_odcs"]

Rule = dict[str, Any]

_SEVERITIES = {"error": "error", "warn": "warning"}

_WIDTH = 120

# libyaml's is ten times as fast, where PyYAML was built with it.
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

_ENVIRONMENT = "production"

_ERROR = "error"

API_VERSION = "v3.2.0"
"""The newest version of the standard that open-data-contract-standard on PyPI knows."""

Contract = dict[str, Any]

# The stage of a use case as a status of the standard's examples. A mart is active unless its use case says otherwise.
_STATUS = {"exploring": "draft", "growing": "active", "stable": "active"}

_STANDARD = frozenset({"proposed", "draft", "active", "deprecated", "retired"})

_IN_USE = "active"

_VERSION = re.compile(r"\.v(\d+)$")

# Of a mart whose use case is unknown.
_UNKNOWN = UseCaseView("", "")


def quality_rule(promise: PromiseView) -> Rule:
    """A rule of a property where the promise is about a column, else of the table."""
    fields = _LIBRARY.get(promise.expectation, _no_metric)(promise) if promise.of_all_rows else None
    return {
        "name": promise.expectation,
        "description": promise.words,
        **(fields or _custom_rule(promise)),
        "severity": _SEVERITIES.get(promise.severity, promise.severity),
    }


def _no_metric(_: PromiseView) -> Rule | None:
    return None


def _custom_rule(promise: PromiseView) -> Rule:
    """As it is written in dbt's YAML; a singular test by its name."""
    written = {"arguments": dict(promise.arguments), "config": {"where": promise.where} if promise.where else {}}
    test = {promise.expectation: {key: value for key, value in written.items() if value}}
    return {"type": "custom", "engine": "dbt", "implementation": test}


def _metric(metric: str, dimension: str, **fields: Any) -> Rule:
    return {"type": "library", "metric": metric, "dimension": dimension, **fields, "unit": "rows"}


def _no_nulls(_: PromiseView) -> Rule:
    return _metric("nullValues", "completeness", mustBe=0)


def _no_duplicates(_: PromiseView) -> Rule:
    return _metric("duplicateValues", "uniqueness", mustBe=0)


def _unique_columns(argument: str) -> Callable[[PromiseView], Rule | None]:
    """Columns that together identify a row. argument: the one that lists them."""

    def rule(promise: PromiseView) -> Rule | None:
        columns = promise.arguments.get(argument)
        if not isinstance(columns, list):
            return None
        return _metric("duplicateValues", "uniqueness", arguments={"properties": columns}, mustBe=0)

    return rule


def _valid_values(argument: str) -> Callable[[PromiseView], Rule | None]:
    """Values that are allowed. argument: the one that lists them."""

    def rule(promise: PromiseView) -> Rule | None:
        values = promise.arguments.get(argument)
        if not isinstance(values, list):
            return None
        return _metric("invalidValues", "conformity", arguments={"validValues": values}, mustBe=0)

    return rule


def _pattern(promise: PromiseView) -> Rule | None:
    pattern = promise.arguments.get("regex")
    if not isinstance(pattern, str):
        return None
    return _metric("invalidValues", "conformity", arguments={"pattern": pattern}, mustBe=0)


def _row_count(promise: PromiseView) -> Rule | None:
    bounds = _bounds(promise.arguments)
    return _metric("rowCount", "coverage", **bounds) if bounds else None


def _bounds(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """One comparison, as the standard requires; None where it takes two, or expressions."""
    low, high = fields.get("min_value"), fields.get("max_value")
    if any(not isinstance(bound, int | float | None) or isinstance(bound, bool) for bound in (low, high)):
        return None
    if low is not None and high is not None:
        strict = fields.get("strict_min") or fields.get("strict_max")
        between = {"mustBe": low} if low == high else {"mustBeBetween": [low, high]}
        return None if strict else between
    if low is not None:
        return {"mustBeGreaterThan" if fields.get("strict_min") else "mustBeGreaterOrEqualTo": low}
    if high is not None:
        return {"mustBeLessThan" if fields.get("strict_max") else "mustBeLessOrEqualTo": high}
    return None


def _exact_row_count(promise: PromiseView) -> Rule | None:
    value = promise.arguments.get("value")
    return _metric("rowCount", "coverage", mustBe=value) if isinstance(value, int) else None


_LIBRARY: dict[str, Callable[[PromiseView], Rule | None]] = {
    "not_null": _no_nulls,
    "expect_column_values_to_not_be_null": _no_nulls,
    "unique": _no_duplicates,
    "expect_column_values_to_be_unique": _no_duplicates,
    "expect_grain": _unique_columns("columns"),
    "expect_compound_columns_to_be_unique": _unique_columns("column_list"),
    "unique_combination_of_columns": _unique_columns("combination_of_columns"),
    "accepted_values": _valid_values("values"),
    "expect_column_values_to_be_in_set": _valid_values("value_set"),
    "expect_column_distinct_values_to_be_in_set": _valid_values("value_set"),
    "expect_column_values_to_match_regex": _pattern,
    "expect_table_row_count_to_be_between": _row_count,
    "expect_table_row_count_to_equal": _exact_row_count,
}


class _Readable(_Dumper):  # type: ignore[misc]
    """Writes each value out, without references."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """A list that is there twice is written twice."""
        return True


def _represent_text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _represent_text)


def as_yaml(fields: dict[str, Any]) -> str:
    """A document with its keys in their order."""
    return str(yaml.dump(fields, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=_WIDTH))


def server_of(catalog: Catalog, view: RelationView) -> dict[str, Any]:
    """The file that Ribbon publishes marts in, or the database that dbt wrote to.

    dbt's artifacts do not know the host of a server: only DuckDB and BigQuery have a type of their own.
    """
    *database, schema, _ = ("", "", *catalog.facts.graph.nodes[view.unique_id].project.path)
    where = next((part for part in reversed(database) if part), "")
    if catalog.adapter == "duckdb" and catalog.ours:
        public = catalog.facts.documents.public_schema(view.unique_id)
        fields = {
            "server": "marts",
            "type": "duckdb",
            "database": catalog.project.marts_file.as_posix(),
            "schema": public,
        }
        return {**fields, "environment": _ENVIRONMENT}
    name = catalog.adapter or "database"
    if catalog.adapter == "duckdb":
        return {"server": name, "type": "duckdb", "database": where, "schema": schema}
    if catalog.adapter == "bigquery":
        return {"server": name, "type": "bigquery", "project": where, "dataset": schema}
    return {"server": name, "type": "custom", "description": f"dbt's {name}", "database": where, "schema": schema}


def table_of(view: RelationView) -> dict[str, Any]:
    """The table with its columns and the rules about them. It is called as readers call it."""
    name = view.database_name.rpartition(".")[2] or view.name
    grain = {column.casefold(): place for place, column in enumerate(view.grain, start=1)}
    fields = {
        "name": name,
        "physicalName": name,
        "logicalType": "object",
        "physicalType": "view" if view.materialized == "view" else "table",
        "description": view.description,
        "dataGranularityDescription": f"One row per {', '.join(view.grain)}" if view.grain else "",
        "properties": [_property(column, grain) for column in view.columns],
        "quality": [quality_rule(promise) for promise in view.promises],
    }
    return {key: value for key, value in fields.items() if value}


def _property(column: ColumnView, grain: Mapping[str, int]) -> dict[str, Any]:
    kept = {promise.expectation for promise in column.promises if promise.of_all_rows and promise.severity == _ERROR}
    fields = {
        "name": column.name,
        "logicalType": logical_type(column.data_type),
        "physicalType": column.data_type,
        "description": column.description,
        "primaryKey": column.name.casefold() in grain,
        "primaryKeyPosition": grain.get(column.name.casefold()),
        "required": bool(kept & NOT_NULL),
        "unique": bool(kept & UNIQUE),
        "classification": "restricted" if column.restricted else None,
        "transformLogic": column.expression,
        "transformSourceObjects": sorted({edge.relation for edge in column.made_from}),
        "quality": [quality_rule(promise) for promise in column.promises],
    }
    return {key: value for key, value in fields.items() if value}


def write_odcs(catalog: Catalog, draft: Path) -> Mapping[str, int]:
    """Write a file for each mart to the folder `draft`. Returns how many contracts, properties and rules there are."""
    counted = {"contracts": 0, "properties": 0, "rules": 0}
    cases = {mart: case for case in catalog.use_cases() if case.name != NO_USE for mart in case.marts}
    for view in catalog.marts():
        contract = contract_of(catalog, view, cases.get(view.unique_id, _UNKNOWN))
        (draft / f"{view.slug}.odcs.yaml").write_text(as_yaml(contract), encoding="utf-8")
        counted["contracts"] += 1
        counted["properties"] += len(view.columns)
        counted["rules"] += len(view.all_promises)
    return counted


def contract_of(catalog: Catalog, view: RelationView, case: UseCaseView) -> Contract:
    """The contract of a mart. Its version changes where anything in it does."""
    fields = {
        "name": view.label,
        "status": _STATUS.get(case.stage, case.stage if case.stage in _STANDARD else _IN_USE),
        "domain": case.name,
        "dataProduct": case.label,
        "tags": list(view.tags),
        "description": _purpose(view, case),
        "servers": [server_of(catalog, view)],
        "schema": [table_of(view)],
        "slaProperties": [_promised(name, words) for name, words in case.service_level],
        "team": _team(view, case),
        "support": _support(view, case),
        "customProperties": _custom(view, case),
    }
    kept = {key: value for key, value in fields.items() if value}
    head = {"apiVersion": API_VERSION, "kind": "DataContract", "id": view.unique_id}
    return {**head, "version": _version(view.unique_id, kept), **kept}


def _version(uid: str, fields: Contract) -> str:
    """`1.0.0+` and a digest: dbt's version of the model, 1 without one. Semantic versions may end so."""
    found = _VERSION.search(uid)
    digest = blake2b(as_yaml(fields).encode(), digest_size=4).hexdigest()
    return f"{found[1] if found else 1}.0.0+{digest}"


def _purpose(view: RelationView, case: UseCaseView) -> dict[str, str]:
    purpose = case.decision or case.description or view.description
    fields = {"purpose": purpose, "usage": f"For {case.audience}" if case.audience else ""}
    return {key: words for key, words in fields.items() if words}


def _promised(name: str, words: str) -> dict[str, str]:
    """`Fresh by` is the property freshBy."""
    first, *others = re.findall(r"\w+", name.lower()) or ["serviceLevel"]
    return {"property": first + "".join(word.capitalize() for word in others), "value": words, "description": name}


def _owner(view: RelationView, case: UseCaseView) -> tuple[str, str]:
    return (view.owner, view.email) if view.owner or view.email else (case.owner, case.email)


def _team(view: RelationView, case: UseCaseView) -> Contract:
    name, email = _owner(view, case)
    if not name and not email:
        return {}
    member = {"username": email or name, **({"name": name} if name else {}), "role": "owner"}
    return {"name": name or email, "members": [member]}


def _support(view: RelationView, case: UseCaseView) -> list[dict[str, str]]:
    email = _owner(view, case)[1]
    return [{"channel": "email", "tool": "email", "url": f"mailto:{email}"}] if email else []


def _custom(view: RelationView, case: UseCaseView) -> list[dict[str, Any]]:
    """What the standard has no field for. Exposures are named by their labels."""
    read_by = [exposure.label for exposure in view.exposures]
    fields = {"stage": case.stage, "dbtUniqueId": view.unique_id, "exposures": read_by}
    return [{"property": name, "value": value} for name, value in fields.items() if value]
