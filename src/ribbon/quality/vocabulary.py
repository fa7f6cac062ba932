"""How an expectation of a contract is said to Great Expectations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.compatibility.pydantic import ValidationError
from great_expectations.expectations.expectation import Expectation as GxExpectation

from ribbon.errors import ConfigError
from ribbon.model import Column, Expectation
from ribbon.quality.like_patterns import without_like
from ribbon.quality.row_conditions import gx_condition

__all__ = ["TEMPORAL", "to_gx"]

TEMPORAL = ("timestamp", "date")

# Arguments whose values are compared with those of the column.
COMPARED = ("min_value", "max_value", "value_set")

# Arguments that dbt and the gate know alone.
OURS = {"config", "quote", "keep", "order_by", "row_condition"}

CLASSES = {name.lower(): getattr(gxe, name) for name in dir(gxe) if name.startswith("Expect") and name != "Expectation"}


def to_gx(expectation: Expectation, columns: Sequence[Column]) -> list[GxExpectation]:
    """Great Expectations' form of a contract's expectation; empty where only the database can measure it.

    columns: the declared columns, whose types say whether a bound is a date. Raises ConfigError where an argument is
    missing or wrong.
    """
    if expectation.database_only:
        return []
    given = {key: value for key, value in expectation.arguments.items() if key not in OURS}
    if expectation.column:
        given["column"] = expectation.column
    moments = {column.name for column in columns if column.data_type.lower() in TEMPORAL}
    condition = gx_condition(moments, expectation.arguments.get("row_condition"), expectation.where)
    if condition is not None:
        given["row_condition"] = condition
    try:
        return [known(**arguments) for known, arguments in _said(expectation.name, given, columns)]
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{expectation}: {_reason(error)}. Mend its arguments.") from error


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return " ".join(str(error).split())


def _said(
    name: str, given: dict[str, Any], columns: Sequence[Column]
) -> list[tuple[type[GxExpectation], dict[str, Any]]]:
    if name == "not_null":
        return [(gxe.ExpectColumnValuesToNotBeNull, given)]
    if name == "unique":
        return [(gxe.ExpectColumnValuesToBeUnique, given)]
    if name == "accepted_values":
        return [(gxe.ExpectColumnValuesToBeInSet, given | {"value_set": given.pop("values", None)})]
    if name == "expect_grain":
        return _grain(given.pop("columns", []), given)
    name, given = without_like(name, _comparable(given, columns))
    known = CLASSES.get(name.replace("_", ""))
    return [(known, given)] if known else []


def _grain(keys: Sequence[str], given: dict[str, Any]) -> list[tuple[type[GxExpectation], dict[str, Any]]]:
    said: list[tuple[type[GxExpectation], dict[str, Any]]] = [
        (gxe.ExpectColumnValuesToNotBeNull, given | {"column": key}) for key in keys
    ]
    if len(keys) == 1:
        return [*said, (gxe.ExpectColumnValuesToBeUnique, given | {"column": keys[0]})]
    return [*said, (gxe.ExpectCompoundColumnsToBeUnique, given | {"column_list": list(keys)})]


def _comparable(given: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """Dates are written as text; pandas compares dates with dates only. Pairs are written as lists."""
    is_date = any(
        declared.name == given.get("column") and declared.data_type.lower() in TEMPORAL for declared in columns
    )
    said = {key: _moment(value) if is_date and key in COMPARED else value for key, value in given.items()}
    if "value_pairs_set" in said:
        said["value_pairs_set"] = [tuple(pair) for pair in said["value_pairs_set"]]
    return said


def _moment(value: Any) -> Any:
    if isinstance(value, list):
        return [_moment(each) for each in value]
    return datetime.fromisoformat(value) if isinstance(value, str) else value
