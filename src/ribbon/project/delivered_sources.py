"""The source tables that `ribbon land` brings in, as their contracts declare them."""

from collections.abc import Iterable, Mapping
from typing import Any

from ribbon.errors import ConfigError
from ribbon.model import OWN_NAMESPACES, Column, Delivery, Expectation, Severity, SourceTable
from ribbon.yaml_file import shown

__all__ = ["LOAD_COLUMNS", "source_table"]

# Landing adds these to every row; they are no part of a delivery.
LOAD_COLUMNS = frozenset({"_batch_id", "_loaded_at", "_source_file"})


def source_table(node: Mapping[str, Any], tests: Iterable[Mapping[str, Any]]) -> SourceTable:
    """A source of the manifest that declares meta.delivery, with its tests. Raises ConfigError where meta is wrong."""
    meta, contract = node["config"]["meta"], node["original_file_path"]
    where = f"{contract}: source {node['source_name']}.{node['name']}"
    missing = [key for key in ("from", "file") if not isinstance(meta.get(key), str)]
    if missing or meta["delivery"] not in list(Delivery):
        wrong = f"meta.{missing[0]} is missing" if missing else f"meta.delivery is {shown(meta['delivery'])}"
        raise ConfigError(
            f"{where}: {wrong}. Give it `from` (a folder), `file` (a glob in it) and `delivery` (append or snapshot)"
            " under config.meta."
        )
    for key, what in (("batch_by", "SQL over its columns"), ("batch_id", "a format such as 'week-{:02d}'")):
        if not isinstance(meta.get(key, ""), str):
            raise ConfigError(f"{where}: meta.{key} is {shown(meta[key])}. Write {what}, as text in quotes.")
    return SourceTable(
        system=node["source_name"],
        table=node["name"],
        contract=contract,
        origin=meta["from"],
        files=meta["file"],
        delivery=Delivery(meta["delivery"]),
        batch_by=meta.get("batch_by"),
        batch_id=meta.get("batch_id", "batch-{}"),
        columns=tuple(_column(column) for name, column in node["columns"].items() if name not in LOAD_COLUMNS),
        expectations=tuple(_expectation(test) for test in tests),
    )


def _column(column: Mapping[str, Any]) -> Column:
    restricted = ((column.get("config") or {}).get("meta") or {}).get("restricted", False)
    return Column(column["name"], column.get("data_type") or "string", restricted=restricted)


def _expectation(test: Mapping[str, Any]) -> Expectation:
    metadata = test.get("test_metadata") or {"name": test["name"], "kwargs": {}}
    arguments = {key: value for key, value in metadata["kwargs"].items() if key not in {"model", "column_name"}}
    config = test["config"]
    warns = str(config.get("severity") or "error").lower() == "warn"
    return Expectation(
        name=metadata["name"],
        arguments=arguments,
        column=test.get("column_name") or metadata["kwargs"].get("column_name"),
        severity=Severity.WARN if warns else Severity.ERROR,
        database_only=_scope(test) == "table",
        where=config.get("where"),
        test=test["unique_id"],
    )


def _scope(test: Mapping[str, Any]) -> str:
    """Whether the test is about each batch or the whole table. Tests of other packages are about the table."""
    scope = str((test["config"].get("meta") or {}).get("scope", "batch"))
    metadata = test.get("test_metadata")
    if scope not in {"batch", "table"}:
        raise ConfigError(
            f"{test['original_file_path']}: test {test['name']}: meta.scope is {scope!r}. Write batch or table."
        )
    return scope if metadata and metadata.get("namespace") in OWN_NAMESPACES else "table"
