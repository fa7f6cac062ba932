"""A contract's expectations as expectations of Great Expectations."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import great_expectations.expectations as gxe
from great_expectations.compatibility.pydantic import ValidationError
from great_expectations.expectations.expectation import Expectation as GxExpectation
from great_expectations.expectations.row_conditions import (
    AndCondition,
    ComparisonCondition,
    Condition,
    NullityCondition,
    Operator,
    OrCondition,
)
from great_expectations.expectations.row_conditions import Column as GxColumn

from ribbon.errors import ConfigError
from ribbon.model import Column, Expectation
from ribbon.sql.conditions import Comparison, read_condition

__all__ = ["CLASSES", "TEMPORAL", "to_gx"]

TEMPORAL = ("timestamp", "date")

# Arguments that are compared with the values of the column.
COMPARED = ("min_value", "max_value", "value_set")

# Arguments that only dbt and the gate understand.
OURS = {"config", "quote", "keep", "order_by", "row_condition"}

CLASSES = {name.lower(): getattr(gxe, name) for name in dir(gxe) if name.startswith("Expect") and name != "Expectation"}

LIKE_ARGUMENTS = ("like_pattern", "like_pattern_list", "escape")
LIKE_WILDCARDS = {"%": "(?s:.*)", "_": "(?s:.)"}


def to_gx(expectation: Expectation, columns: Sequence[Column]) -> list[GxExpectation]:
    """The expectations of Great Expectations that together mean the same; empty if only the database can measure it.

    columns: the declared columns; their types tell which bounds are dates. Raises ConfigError if an argument is missing
    or wrong.
    """
    if expectation.database_only:
        return []
    given = {key: value for key, value in expectation.arguments.items() if key not in OURS}
    if expectation.column:
        given["column"] = expectation.column
    moments = {column.name for column in columns if column.data_type.lower() in TEMPORAL}
    condition = _condition(moments, expectation.arguments.get("row_condition"), expectation.where)
    if condition is not None:
        given["row_condition"] = condition
    try:
        return [gx_class(**arguments) for gx_class, arguments in _classes(expectation.name, given, columns)]
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{expectation}: {_reason(error)}. Fix its arguments.") from error


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return " ".join(str(error).split())


def _classes(
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
    name, given = _without_like(name, _comparable(given, columns))
    gx_class = CLASSES.get(name.replace("_", ""))
    return [(gx_class, given)] if gx_class else []


def _grain(keys: Sequence[str], given: dict[str, Any]) -> list[tuple[type[GxExpectation], dict[str, Any]]]:
    no_nulls: list[tuple[type[GxExpectation], dict[str, Any]]] = [
        (gxe.ExpectColumnValuesToNotBeNull, given | {"column": key}) for key in keys
    ]
    if len(keys) == 1:
        return [*no_nulls, (gxe.ExpectColumnValuesToBeUnique, given | {"column": keys[0]})]
    return [*no_nulls, (gxe.ExpectCompoundColumnsToBeUnique, given | {"column_list": list(keys)})]


def _comparable(given: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """Contracts write dates as text, but pandas compares dates only with dates. Pairs are written as lists."""
    is_date = any(
        declared.name == given.get("column") and declared.data_type.lower() in TEMPORAL for declared in columns
    )
    arguments = {key: _moment(value) if is_date and key in COMPARED else value for key, value in given.items()}
    if "value_pairs_set" in arguments:
        arguments["value_pairs_set"] = [tuple(pair) for pair in arguments["value_pairs_set"]]
    return arguments


def _moment(value: Any) -> Any:
    if isinstance(value, list):
        return [_moment(each) for each in value]
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _without_like(name: str, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The same expectation with a regex, because Great Expectations knows LIKE only in databases."""
    if "_like_pattern" not in name:
        return name, dict(given)
    arguments = {key: value for key, value in given.items() if key not in LIKE_ARGUMENTS}
    escape = given.get("escape")
    if "like_pattern" in given:
        arguments["regex"] = _regex(given["like_pattern"], escape)
    if "like_pattern_list" in given:
        arguments["regex_list"] = [_regex(pattern, escape) for pattern in given["like_pattern_list"]]
    return name.replace("_like_pattern", "_regex"), arguments


def _regex(pattern: str, escape: str | None) -> str:
    regex, letters = "", iter(pattern)
    for letter in letters:
        if letter == escape:
            regex += re.escape(next(letters, letter))
        else:
            regex += LIKE_WILDCARDS.get(letter) or re.escape(letter)
    return rf"\A{regex}\Z"


def _condition(moments: Collection[str], *conditions: str | None) -> Any:
    """One condition that is true where all of them are; None without any. Raises ValueError if GX cannot express it.

    moments: columns of dates and timestamps. pandas never finds these equal to a text, but orders them by it.
    """
    given = [condition for condition in conditions if condition]
    if not given:
        return None
    alternatives = [
        _all_of([form for comparison in part for form in _comparison(comparison)])
        for part in read_condition(" and ".join(f"({condition})" for condition in given), moments)
    ]
    return alternatives[0] if len(alternatives) == 1 else OrCondition(conditions=alternatives)


def _all_of(conditions: list[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else AndCondition(conditions=conditions)


def _comparison(comparison: Comparison) -> list[Condition]:
    """In pandas null is unequal to everything; in SQL it is neither equal nor unequal."""
    column = GxColumn(comparison.column)
    if comparison.operator in ("IS_NULL", "NOT_NULL"):
        return [NullityCondition(column=column, is_null=comparison.operator == "IS_NULL")]
    compared = ComparisonCondition(column=column, operator=Operator(comparison.operator), parameter=comparison.value)
    if comparison.operator in ("!=", "NOT_IN"):
        return [NullityCondition(column=column, is_null=False), compared]
    return [compared]
