"""How a suite of Great Expectations says what a dbt test says."""

from collections.abc import Mapping
from typing import Any

__all__ = ["said_in_suite"]

DBTS_OWN = {
    "not_null": "expect_column_values_to_not_be_null",
    "unique": "expect_column_values_to_be_unique",
    "accepted_values": "expect_column_values_to_be_in_set",
}
RENAMED = {"values": "value_set", "column_name": "column", "columns": "column_list"}

# Arguments that only dbt and the gate know.
OURS = {"model", "order_by", "quote"}


def said_in_suite(name: str, arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The type and the arguments of the expectation in a suite; None where there is nothing alike.

    A condition on rows stays the SQL that it is.
    """
    said = {RENAMED.get(key, key): value for key, value in arguments.items() if key not in OURS}
    if said.get("row_condition"):
        said["condition_parser"] = "spark"  # what Great Expectations calls plain SQL
    if name == "expect_grain":
        columns = said.pop("column_list", [])
        if len(columns) == 1:
            return "expect_column_values_to_be_unique", said | {"column": columns[0]}
        return "expect_compound_columns_to_be_unique", said | {"column_list": columns}
    if name in DBTS_OWN:
        return DBTS_OWN[name], said
    return (name, said) if name.startswith(("expect_", "unexpected_")) else None
