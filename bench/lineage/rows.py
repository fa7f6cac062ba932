"""Random rows for the relations of one model, and the model's SQL run on them."""

import hashlib
from collections.abc import Iterator
from typing import Any

import duckdb

__all__ = ["Sandbox"]

ROWS = 40
FEW = 7  # distinct values of a column, so that joins meet and groups have members
WORDS = {"varchar", "json"}


class Sandbox:
    """An empty database that stands for the project's."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any], catalog: dict[str, Any]
    ) -> None:
        self._connection = connection
        self._nodes = manifest["nodes"] | manifest["sources"]
        self._catalog = catalog["nodes"] | catalog["sources"]
        self._seed = 0

    def knows(self, node: str, relation: str) -> bool:
        """Whether the SQL is all that dbt runs, and the relation is a table."""
        return node.startswith("model.") and relation in self._catalog

    def fill(self, node: str, seed: int) -> None:
        """Every relation that the node's SQL reads; its own table has one row that is older than all others."""
        self._seed = seed
        for relation in self._read(node):
            self._make(relation, ROWS)
        if self._nodes[node]["config"]["materialized"] == "incremental":
            self._make(node, 1)

    def follows(self, node: str, column: str, relation: str, name: str) -> bool:
        """Whether a column of the node has other values after a column of the relation has got others."""
        before = self._values(node, column)
        self._connection.execute("begin")
        self._change(relation, name)
        after = self._values(node, column)
        self._connection.execute("rollback")
        return before != after

    def _change(self, relation: str, column: str) -> None:
        spelled = {name.lower(): name for name in self._catalog[relation]["columns"]}[column]
        data_type = self._catalog[relation]["columns"][spelled]["type"]
        value = self._value(f"{relation}.{column}", data_type, "rowid + 1", other=True)
        self._connection.execute(f'update {self._name(relation)} set "{spelled}" = {value}')

    def _values(self, node: str, column: str) -> set[Any]:
        sql = self._nodes[node]["compiled_code"]
        found = self._connection.execute(f'select distinct cast("{column}" as varchar) from ({sql})').fetchall()
        return {value for (value,) in found}

    def _read(self, node: str) -> Iterator[str]:
        for parent in self._nodes[node]["depends_on"]["nodes"]:
            if parent in self._catalog:
                yield parent
            else:
                yield from self._read(parent)

    def _make(self, relation: str, rows: int) -> None:
        name = self._name(relation)
        database, schema, _ = name.split(".")
        self._connection.execute(f"attach if not exists ':memory:' as {database}")
        self._connection.execute(f"create schema if not exists {database}.{schema}")
        values = [
            f'{self._value(relation + one["name"], one["type"], "number")} as "{one["name"]}"'
            for one in self._catalog[relation]["columns"].values()
        ]
        numbers = f"range({rows}) as numbers (number)"
        self._connection.execute(f"create or replace table {name} as select {', '.join(values)} from {numbers}")
        if rows == 1:
            self._age(relation)

    def _age(self, relation: str) -> None:
        for one in self._catalog[relation]["columns"].values():
            if one["type"].lower() == "timestamp":
                self._connection.execute(
                    f"""update {self._name(relation)} set "{one["name"]}" = timestamp '1900-01-01'"""
                )

    def _value(self, salt: str, data_type: str, number: str, other: bool = False) -> str:
        """SQL of a value of the type that depends on a row number and the salt."""
        mixed = int(hashlib.sha256(f"{self._seed}{'' if other else salt}{other}".encode()).hexdigest()[:6], 16)
        drawn = f"((hash({number} * 31 + {mixed}) % {FEW}) + {FEW if other else 1})::integer"
        kind = data_type.lower()
        made = {"date": f"date '2024-01-01' + {drawn}", "timestamp": f"timestamp '2024-01-01' + to_days({drawn})"}
        if kind.endswith("[]"):
            return f"cast([{drawn}] as {data_type})"
        if kind.startswith("struct"):
            fields = ", ".join(f"'{field.split()[0]}': {drawn}::varchar" for field in kind[7:-1].split(", "))
            return f"cast({{{fields}}} as {data_type})"
        text = f"'{{\"a\": ' || {drawn} || '}}'" if kind == "json" else f"'v' || {drawn}"
        # Of two values both may still be there after a change, elsewhere in a union; a null is a third.
        truth = ("true", "null")[self._seed % 2] if other else f"{drawn} % 2 = 0"
        simple = text if kind in WORDS else truth if kind == "boolean" else drawn
        return f"cast({made.get(kind, simple)} as {data_type})"

    def _name(self, relation: str) -> str:
        return str(self._nodes[relation]["relation_name"])
