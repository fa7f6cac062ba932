"""The source tables that `ribbon land` brings in, as their contracts declare them."""

import codecs
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ribbon.errors import ConfigError
from ribbon.model import (
    OWN_NAMESPACES,
    Column,
    Delivery,
    Expectation,
    FileFormat,
    FileKind,
    Severity,
    SourceTable,
)
from ribbon.origins import has_files, is_database, without_password
from ribbon.yaml_file import shown

__all__ = ["LOAD_COLUMNS", "source_table"]

# Landing adds these to every row; they are no part of a delivery.
LOAD_COLUMNS = frozenset({"_batch_id", "_loaded_at", "_source_file"})

# By the end of a file's name, without what says how it is compressed.
_KINDS = {
    ".csv": FileFormat(FileKind.CSV),
    ".tsv": FileFormat(FileKind.CSV, delimiter="\t"),
    ".txt": FileFormat(FileKind.CSV, delimiter="\t"),
    ".jsonl": FileFormat(FileKind.JSONL),
    ".ndjson": FileFormat(FileKind.JSONL),
    ".db": FileFormat(FileKind.SQLITE),
    ".sqlite": FileFormat(FileKind.SQLITE),
    ".sqlite3": FileFormat(FileKind.SQLITE),
}
_COMPRESSED = (".gz", ".zst")


def source_table(node: Mapping[str, Any], tests: Iterable[Mapping[str, Any]]) -> SourceTable:
    """A source of the manifest that declares meta.delivery, with its tests. Raises ConfigError where meta is wrong."""
    meta, contract = node["config"]["meta"], node["original_file_path"]
    where = f"{contract}: source {node['source_name']}.{node['name']}"
    needed = ("from", "file") if has_files(str(meta.get("from", ""))) else ("from",)
    missing = [key for key in needed if not isinstance(meta.get(key), str)]
    if missing or meta["delivery"] not in list(Delivery):
        wrong = f"meta.{missing[0]} is missing" if missing else f"meta.delivery is {shown(meta['delivery'])}"
        raise ConfigError(
            f"{where}: {wrong}. Give it `from` (a folder), `file` (a glob in it) and `delivery` (append, snapshot or"
            " upsert) under config.meta."
        )
    for key, what in (("batch_by", "SQL over its columns"), ("batch_id", "a format such as 'week-{:02d}'")):
        if not isinstance(meta.get(key, ""), str):
            raise ConfigError(f"{where}: meta.{key} is {shown(meta[key])}. Write {what}, as text in quotes.")
    columns = tuple(_column(column) for name, column in node["columns"].items() if name not in LOAD_COLUMNS)
    return SourceTable(
        system=node["source_name"],
        table=node["name"],
        contract=contract,
        origin=meta["from"],
        files=meta.get("file", ""),
        delivery=Delivery(meta["delivery"]),
        batch_by=meta.get("batch_by"),
        batch_id=meta.get("batch_id", "batch-{}"),
        columns=columns,
        expectations=tuple(_expectation(test) for test in tests),
        key=_key(where, meta, columns),
        format=_format(where, meta),
        max_misfits=_share(where, meta),
        marker=_marker(where, meta),
    )


def _key(where: str, meta: Mapping[str, Any], columns: Iterable[Column]) -> tuple[str, ...]:
    """The columns that identify a row of an upsert table."""
    if meta["delivery"] != Delivery.UPSERT:
        return ()
    key = meta.get("key")
    named = [key] if isinstance(key, str) else key
    declared = {column.name for column in columns}
    if not isinstance(named, list) or not named or not set(map(str, named)) <= declared:
        raise ConfigError(
            f"{where}: meta.key is {shown(key)}. An upsert table needs it: name the columns that identify a row, such"
            " as `key: [order_id]`."
        )
    return tuple(map(str, named))


def _share(where: str, meta: Mapping[str, Any]) -> float:
    share = meta.get("max_misfits", SourceTable.max_misfits)
    if not isinstance(share, int | float) or isinstance(share, bool) or not 0 <= share <= 1:
        raise ConfigError(
            f"{where}: meta.max_misfits is {shown(share)}. Write a share of rows from 0 to 1, such as 0.05."
        )
    return float(share)


def _marker(where: str, meta: Mapping[str, Any]) -> str | None:
    marker = meta.get("marker")
    if marker is not None and (not isinstance(marker, str) or marker.count("{}") != 1):
        raise ConfigError(
            f"{where}: meta.marker is {shown(marker)}. Write a name with {{}} for the file's, as '{{}}.done'."
        )
    return marker


def _format(where: str, meta: Mapping[str, Any]) -> FileFormat:
    """The format that the contract declares, or the one that the files' names tell."""
    name = str(meta.get("file", ""))
    for end in _COMPRESSED:
        name = name.removesuffix(end)
    by_name = next((kind for end, kind in _KINDS.items() if name.endswith(end)), FileFormat())
    declared = meta.get("format", {})
    options = {"type": declared} if isinstance(declared, str) else declared
    if not isinstance(options, dict):
        raise ConfigError(f"{where}: meta.format is {shown(declared)}. Write {_FORMATS}.")
    given = dict(options)
    of_database = is_database(str(meta.get("from", "")))
    if of_database:
        by_name = FileFormat(FileKind.POSTGRESQL)
        without_password(str(meta["from"]), f"{where}: meta.from")
    kind = given.pop("type", by_name.kind)
    if (kind == FileKind.POSTGRESQL) != of_database:
        raise ConfigError(
            f"{where}: meta.format.type is {shown(kind)}, and meta.from {'a' if of_database else 'no'} database. Give"
            " postgresql with `from: postgresql://user@host/database`."
        )
    if kind not in list(FileKind):
        raise ConfigError(f"{where}: meta.format.type is {shown(kind)}. Write {_FORMATS}.")
    reads = by_name if kind == by_name.kind else FileFormat(FileKind(kind))
    if kind == FileKind.CSV:
        reads = replace(reads, null_tokens=("",))
    for option, value in given.items():
        reads = replace(reads, **{option: _option(where, option, value)})
    if reads.kind in {FileKind.SQLITE, FileKind.POSTGRESQL} and not reads.table:
        raise ConfigError(f"{where}: meta.format.table is missing. Name the table of the database.")
    return reads


_FORMATS = "parquet, csv, jsonl or sqlite, or a mapping with one of them as its type"
_CHARACTERS = ("delimiter", "quote", "decimal", "thousands")


def _option(where: str, option: str, value: Any) -> Any:
    """The value of an option of a format, checked."""
    told = f"{where}: meta.format.{option} is {shown(value)}."
    if option in _CHARACTERS and isinstance(value, str) and len(value) == 1:
        return value
    if option == "header" and isinstance(value, bool):
        return value
    if option == "table" and isinstance(value, str):
        return value
    if option == "null_tokens" and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    if option == "encoding" and isinstance(value, str):
        try:
            return codecs.lookup(value).name
        except LookupError:
            raise ConfigError(f"{told} Write an encoding such as utf-8, cp1252 or utf-16.") from None
    if option == "time_zone" and isinstance(value, str):
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigError(f"{told} Write a zone such as Europe/Berlin.") from None
    known = {
        **dict.fromkeys(_CHARACTERS, "one character in quotes"),
        "header": "true or false",
        "null_tokens": "a list of texts that mean null",
        "encoding": "an encoding",
        "time_zone": "a zone such as Europe/Berlin",
        "table": "a table of the database",
    }
    if option not in known:
        raise ConfigError(f"{where}: meta.format.{option} is unknown. Use {', '.join(known)}.")
    raise ConfigError(f"{told} Write {known[option]}.")


def _column(column: Mapping[str, Any]) -> Column:
    meta = {**(column.get("meta") or {}), **((column.get("config") or {}).get("meta") or {})}
    names: list[str] = []
    for key in ("formerly", "delivered_as"):
        given = meta.get(key) or []
        names += [str(each) for each in (given if isinstance(given, list) else [given])]
    return Column(
        column["name"],
        column.get("data_type") or "string",
        restricted=bool(meta.get("restricted", False)),
        delivered_as=tuple(names),
        notation=meta.get("format"),
    )


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
