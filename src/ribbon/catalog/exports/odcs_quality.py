"""Promises as quality rules of a data contract.

Those of which the standard has a metric are said with it, so that any tool can check them; all others as the dbt test
that they are.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ribbon.catalog.composing.keys import of_all_rows
from ribbon.catalog.views import PromiseView

__all__ = ["quality_rule"]

Rule = dict[str, Any]

_SEVERITIES = {"error": "error", "warn": "warning"}


def quality_rule(promise: PromiseView) -> Rule:
    """A rule of a property where the promise is about a column, else of the table."""
    said = _LIBRARY.get(promise.expectation, _none)(promise) if of_all_rows(promise) else None
    return {
        "name": promise.expectation,
        "description": promise.words,
        **(said or _custom(promise)),
        "severity": _SEVERITIES.get(promise.severity, promise.severity),
    }


def _none(_: PromiseView) -> Rule | None:
    return None


def _custom(promise: PromiseView) -> Rule:
    """As it is written in dbt's YAML; a singular test by its name."""
    written = {"arguments": dict(promise.arguments), "config": {"where": promise.where} if promise.where else {}}
    test = {promise.expectation: {key: said for key, said in written.items() if said}}
    return {"type": "custom", "engine": "dbt", "implementation": test}


def _metric(metric: str, dimension: str, **said: Any) -> Rule:
    return {"type": "library", "metric": metric, "dimension": dimension, **said, "unit": "rows"}


def _no_nulls(_: PromiseView) -> Rule:
    return _metric("nullValues", "completeness", mustBe=0)


def _no_duplicates(_: PromiseView) -> Rule:
    return _metric("duplicateValues", "uniqueness", mustBe=0)


def _key(argument: str) -> Callable[[PromiseView], Rule | None]:
    """Columns that tell rows apart together. argument: the one that lists them."""

    def rule(promise: PromiseView) -> Rule | None:
        columns = promise.arguments.get(argument)
        if not isinstance(columns, list):
            return None
        return _metric("duplicateValues", "uniqueness", arguments={"properties": columns}, mustBe=0)

    return rule


def _valid(argument: str) -> Callable[[PromiseView], Rule | None]:
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


def _rows(promise: PromiseView) -> Rule | None:
    bounds = _bounds(promise.arguments)
    return _metric("rowCount", "coverage", **bounds) if bounds else None


def _bounds(said: Mapping[str, Any]) -> dict[str, Any] | None:
    """One comparison, as the standard wants it; None where it takes two, or expressions."""
    low, high = said.get("min_value"), said.get("max_value")
    if any(not isinstance(bound, int | float | None) or isinstance(bound, bool) for bound in (low, high)):
        return None
    if low is not None and high is not None:
        strict = said.get("strict_min") or said.get("strict_max")
        between = {"mustBe": low} if low == high else {"mustBeBetween": [low, high]}
        return None if strict else between
    if low is not None:
        return {"mustBeGreaterThan" if said.get("strict_min") else "mustBeGreaterOrEqualTo": low}
    if high is not None:
        return {"mustBeLessThan" if said.get("strict_max") else "mustBeLessOrEqualTo": high}
    return None


def _rows_exactly(promise: PromiseView) -> Rule | None:
    value = promise.arguments.get("value")
    return _metric("rowCount", "coverage", mustBe=value) if isinstance(value, int) else None


_LIBRARY: dict[str, Callable[[PromiseView], Rule | None]] = {
    "not_null": _no_nulls,
    "expect_column_values_to_not_be_null": _no_nulls,
    "unique": _no_duplicates,
    "expect_column_values_to_be_unique": _no_duplicates,
    "expect_grain": _key("columns"),
    "expect_compound_columns_to_be_unique": _key("column_list"),
    "unique_combination_of_columns": _key("combination_of_columns"),
    "accepted_values": _valid("values"),
    "expect_column_values_to_be_in_set": _valid("value_set"),
    "expect_column_distinct_values_to_be_in_set": _valid("value_set"),
    "expect_column_values_to_match_regex": _pattern,
    "expect_table_row_count_to_be_between": _rows,
    "expect_table_row_count_to_equal": _rows_exactly,
}
