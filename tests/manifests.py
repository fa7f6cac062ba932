"""Manifests written by hand, as small as dbt's readers allow."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

METADATA = {
    "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
    "generated_at": "2026-01-02T03:04:05.678901Z",
    "adapter_type": "duckdb",
    "project_name": "shop",
}


def model(name: str, compiled: str | None = "select 1 as one", **fields: Any) -> dict[str, Any]:
    """A model of the project `shop`. fields: what differs; `folder` and `materialized` for short, `parents` by id."""
    package = fields.pop("package", "shop")
    folder = fields.pop("folder", "")
    path = f"{folder}/{name}.sql".lstrip("/")
    return {
        "unique_id": f"model.{package}.{name}",
        "resource_type": "model",
        "name": name,
        "package_name": package,
        "path": path,
        "original_file_path": f"models/{path}",
        "fqn": [package, *filter(None, folder.split("/")), name],
        "database": "db",
        "schema": "main",
        "alias": name,
        "relation_name": f'"db"."main"."{name}"',
        "language": "sql",
        "raw_code": fields.pop("raw", compiled),
        "compiled_code": compiled,
        "config": {"materialized": fields.pop("materialized", "table"), **fields.pop("config", {})},
        "columns": {},
        "depends_on": {"macros": fields.pop("macros", []), "nodes": fields.pop("parents", [])},
        "description": "",
        **fields,
    }


def source(system: str, name: str, **fields: Any) -> dict[str, Any]:
    """A source of the project `shop`."""
    return {
        "unique_id": f"source.shop.{system}.{name}",
        "resource_type": "source",
        "name": name,
        "source_name": system,
        "package_name": "shop",
        "path": "models/sources.yml",
        "original_file_path": "models/sources.yml",
        "fqn": ["shop", system, name],
        "database": "db",
        "schema": system,
        "identifier": name,
        "relation_name": f'"db"."{system}"."{name}"',
        "config": {},
        "columns": {},
        **fields,
    }


def data_test(name: str, on: str, column: str | None = None, **fields: Any) -> dict[str, Any]:
    """A generic test of a node of `shop`. on: its name. `arguments` for short; fields: what differs."""
    arguments = fields.pop("arguments", {})
    said = {"model": f"{{{{ get_where_subquery(ref('{on}')) }}}}", **({"column_name": column} if column else {})}
    key = f"{name}_{on}" + (f"_{column}" if column else "")
    return {
        "unique_id": f"test.shop.{key}.{crc32(json.dumps(arguments).encode())}",
        "resource_type": "test",
        "name": key,
        "package_name": "shop",
        "original_file_path": "models/schema.yml",
        "column_name": column,
        "attached_node": f"model.shop.{on}",
        "depends_on": {"macros": [], "nodes": fields.pop("reads", [f"model.shop.{on}"])},
        "test_metadata": {"name": name, "namespace": fields.pop("namespace", None), "kwargs": arguments | said},
        "config": {"severity": "ERROR", "where": None, "meta": {}, **fields.pop("config", {})},
        "description": "",
        **fields,
    }


def macro(name: str, text: str, package: str = "shop", calls: Sequence[str] = ()) -> dict[str, Any]:
    """A macro. calls: unique ids of the macros that it calls."""
    return {
        "unique_id": f"macro.{package}.{name}",
        "name": name,
        "package_name": package,
        "macro_sql": text,
        "depends_on": {"macros": list(calls)},
    }


def column(name: str, data_type: str | None = None, **fields: Any) -> dict[str, Any]:
    """A declared column, by its name as YAML's columns are."""
    return {name: {"name": name, "data_type": data_type, "meta": {}, "config": {"meta": {}}, **fields}}


def write_manifest(
    target: Path,
    nodes: Sequence[Mapping[str, Any]] = (),
    *,
    macros: Sequence[Mapping[str, Any]] = (),
    exposures: Sequence[Mapping[str, Any]] = (),
    groups: Sequence[Mapping[str, Any]] = (),
    disabled: Sequence[Mapping[str, Any]] = (),
    **metadata: Any,
) -> Path:
    """A manifest.json in the folder `target`, which is given back."""
    target.mkdir(parents=True, exist_ok=True)
    document = {
        "metadata": METADATA | metadata,
        "nodes": {node["unique_id"]: node for node in nodes if node["resource_type"] != "source"},
        "sources": {node["unique_id"]: node for node in nodes if node["resource_type"] == "source"},
        "macros": {each["unique_id"]: each for each in macros},
        "exposures": {each["unique_id"]: each for each in exposures},
        "groups": {each["unique_id"]: each for each in groups},
        "docs": {},
        "disabled": {each["unique_id"]: [each] for each in disabled},
    }
    (target / "manifest.json").write_text(json.dumps(document))
    return target
