"""Reading dbt's manifest into Ribbon's own nouns."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from ribbon.dbt.attachment import measured_by
from ribbon.errors import ConfigError
from ribbon.model import Column, Delivery, Expectation, Layer, Relation, Severity, SourceTable

__all__ = ["Manifest"]

THRESHOLDS = ("warn_if", "error_if")
# The macro of ours that a project has where folders decide on schemas.
FOLDERS_DECIDE = "_schema_of_folder"

LOAD_COLUMNS = frozenset({"_batch_id", "_loaded_at", "_source_file"})


class Manifest:
    """The sources, relations and tests of a project."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def node(self, unique_id: str) -> dict[str, Any]:
        """Dbt's own record of a node, source or unit test; empty where there is none."""
        for kind in ("nodes", "sources", "unit_tests"):
            if unique_id in self._document[kind]:
                return dict(self._document[kind][unique_id])
        return {}

    @cached_property
    def sources(self) -> tuple[SourceTable, ...]:
        """The tables that `ribbon land` brings in: those that declare meta.delivery, in the order of their names."""
        nodes = (node for node in self._document["sources"].values() if "delivery" in node["config"]["meta"])
        return tuple(self._source(node) for node in sorted(nodes, key=lambda node: str(node["unique_id"])))

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Models, seeds and snapshots of this project, in dbt's order."""
        kinds = {"model", "seed", "snapshot"}
        return tuple(
            self._relation(node) for node in self._document["nodes"].values() if node["resource_type"] in kinds
        )

    @property
    def marts(self) -> tuple[Relation, ...]:
        """The relations that readers see."""
        return tuple(relation for relation in self.relations if relation.layer is Layer.MART)

    @property
    def adapter(self) -> str:
        """The kind of database that the manifest was made for: duckdb, bigquery."""
        return str(self._document["metadata"]["adapter_type"])

    @property
    def schema_prefix(self) -> str:
        """What the target puts before the schemas: nothing in production, `dev_` or the like for a developer.

        A project whose own generate_schema_name places its models has the target's schema before those of Ribbon's.
        """
        if f"macro.{self._document['metadata']['project_name']}.{FOLDERS_DECIDE}" not in self._document["macros"]:
            return next((f"{hook['schema']}_" for hook in self._document["nodes"].values() if _is_hook(hook)), "")
        return next((relation.schema.removesuffix(relation.public_schema) for relation in self.relations), "")

    @property
    def history_schema(self) -> str:
        """Where the target's runs are kept."""
        return f"{self.schema_prefix}ribbon"

    def ancestors(self, unique_id: str) -> set[str]:
        """Everything that a node reads, through to the sources."""
        found: set[str] = set()
        ahead = [unique_id]
        while ahead:
            parents = self._document["parent_map"].get(ahead.pop(), ())
            ahead += [parent for parent in parents if parent not in found]
            found.update(parents)
        return found

    def restricted_columns(self, unique_id: str) -> set[str]:
        """The columns of a node or source of which no value is ever shown."""
        columns = self.node(unique_id).get("columns", {})
        return {name for name, column in columns.items() if column["config"]["meta"].get("restricted")}

    def tests_of(self, unique_id: str) -> tuple[str, ...]:
        """The unique ids of the data tests that measure a node or source."""
        return tuple(test["unique_id"] for test in self._tests[unique_id])

    @cached_property
    def _tests(self) -> dict[str, list[dict[str, Any]]]:
        """Data tests by the node they measure; a singular one measures all that it reads."""
        tests: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for node in self._document["nodes"].values():
            if node["resource_type"] == "test":
                for measured in _measured(node):
                    tests[measured].append(node)
        return tests

    def _source(self, node: dict[str, Any]) -> SourceTable:
        meta, contract = node["config"]["meta"], node["original_file_path"]
        missing = [key for key in ("from", "file") if not isinstance(meta.get(key), str)]
        if missing or meta["delivery"] not in set(Delivery):
            wrong = f"meta.{missing[0]} is missing" if missing else f"meta.delivery is {meta['delivery']!r}"
            raise ConfigError(
                f"{contract}: source {node['source_name']}.{node['name']}: {wrong}. Give it `from` (a folder), `file`"
                " (a glob in it) and `delivery` (append or snapshot) under config.meta."
            )
        return SourceTable(
            system=node["source_name"],
            table=node["name"],
            contract=contract,
            origin=meta["from"],
            files=meta["file"],
            delivery=Delivery(meta["delivery"]),
            batch_by=meta.get("batch_by"),
            batch_id=meta.get("batch_id", "batch-{}"),
            columns=tuple(
                Column(
                    column["name"],
                    column.get("data_type") or "string",
                    restricted=column["config"]["meta"].get("restricted", False),
                )
                for column in node["columns"].values()
                if column["name"] not in LOAD_COLUMNS
            ),
            expectations=tuple(_expectation(test) for test in self._tests[node["unique_id"]]),
        )

    def _relation(self, node: dict[str, Any]) -> Relation:
        folder = node["fqn"][1:-1]
        in_mart = node["resource_type"] == "model" and folder[:1] == ["mart"]
        use_case = folder[1] if in_mart and len(folder) > 1 else None
        return Relation(
            unique_id=node["unique_id"],
            name=node["name"],
            schema=node["schema"],
            public_schema=node["config"].get("schema") or (f"mart_{use_case}" if use_case else Layer.WAREHOUSE.value),
            identifier=node.get("alias") or node["name"],
            layer=Layer.MART if in_mart else Layer.WAREHOUSE,
            path=node["original_file_path"],
            use_case=use_case,
            description=node.get("description", ""),
            parents=tuple(node.get("depends_on", {}).get("nodes", ())),
        )


def _is_hook(node: dict[str, Any]) -> bool:
    return bool(node["resource_type"] == "operation")


def _measured(test: dict[str, Any]) -> tuple[str, ...]:
    """The nodes that a test measures. dbt names the model of a generic test, but not its source."""
    if test.get("attached_node"):
        return (test["attached_node"],)
    metadata = test.get("test_metadata")
    return measured_by(test["depends_on"]["nodes"], str(metadata["kwargs"].get("model", "")) if metadata else None)


def _scope(test: dict[str, Any]) -> str:
    """Whether a source's test speaks of each batch or of the whole table. SQL of somebody else speaks of the table."""
    scope = str(test["config"].get("meta", {}).get("scope", "batch"))
    metadata = test.get("test_metadata")
    if scope not in {"batch", "table"}:
        raise ConfigError(
            f"{test['original_file_path']}: test {test['name']}: meta.scope is {scope!r}. Write batch or table."
        )
    return scope if metadata and not metadata.get("namespace") else "table"


def _expectation(test: dict[str, Any]) -> Expectation:
    metadata = test.get("test_metadata") or {"name": test["name"], "kwargs": {}}
    arguments = {key: value for key, value in metadata["kwargs"].items() if key not in {"model", "column_name"}}
    config = test["config"]
    warns = str(config.get("severity", "error")).lower() == "warn"
    return Expectation(
        name=metadata["name"],
        arguments=arguments,
        column=test.get("column_name") or metadata["kwargs"].get("column_name"),
        severity=Severity.WARN if warns else Severity.ERROR,
        database_only=_scope(test) == "table" or any(config.get(key, "!= 0") != "!= 0" for key in THRESHOLDS),
        where=config.get("where"),
    )
