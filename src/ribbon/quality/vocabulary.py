"""How an expectation of a contract is said to Great Expectations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation as GxExpectation

from ribbon.model import Column, Expectation

__all__ = ["to_gx"]

BOUNDS = ("min_value", "max_value")
TEMPORAL = ("timestamp", "date")


def to_gx(expectation: Expectation, columns: Sequence[Column]) -> list[GxExpectation]:
    """Great Expectations' form of a contract's expectation; empty where only the database can measure it.

    columns: the declared columns, whose types say whether a bound is a date.
    """
    arguments = {key: value for key, value in expectation.arguments.items() if key != "config"}
    on_column = {"column": expectation.column} if expectation.column else {}
    if expectation.database_only or "row_condition" in arguments:
        return []
    if expectation.name == "not_null":
        return [gxe.ExpectColumnValuesToNotBeNull(**on_column)]
    if expectation.name == "unique":
        return [gxe.ExpectColumnValuesToBeUnique(**on_column)]
    if expectation.name == "accepted_values":
        return [gxe.ExpectColumnValuesToBeInSet(**on_column, value_set=arguments["values"])]
    if expectation.name == "expect_grain":
        return _grain(arguments["columns"])
    known = getattr(gxe, _class_name(expectation.name), None)
    return [known(**on_column, **_with_dates(arguments, expectation.column, columns))] if known else []


def _class_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _grain(columns: Sequence[str]) -> list[GxExpectation]:
    present: list[GxExpectation] = [gxe.ExpectColumnValuesToNotBeNull(column=column) for column in columns]
    if len(columns) == 1:
        return [*present, gxe.ExpectColumnValuesToBeUnique(column=columns[0])]
    return [*present, gxe.ExpectCompoundColumnsToBeUnique(column_list=list(columns))]


def _with_dates(arguments: Mapping[str, Any], column: str | None, columns: Sequence[Column]) -> dict[str, Any]:
    """Bounds of a column of dates are written as text; pandas compares dates with dates only."""
    is_date = any(declared.name == column and declared.data_type.lower() in TEMPORAL for declared in columns)
    return {
        key: datetime.fromisoformat(value) if is_date and key in BOUNDS and isinstance(value, str) else value
        for key, value in arguments.items()
    }
