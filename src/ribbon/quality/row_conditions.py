"""A condition in SQL as Great Expectations says it."""

from collections.abc import Collection
from typing import Any

from great_expectations.expectations.row_conditions import (
    AndCondition,
    Column,
    ComparisonCondition,
    Condition,
    NullityCondition,
    Operator,
    OrCondition,
)

from ribbon.sql.conditions import Comparison, read_condition

__all__ = ["gx_condition"]


def gx_condition(moments: Collection[str], *conditions: str | None) -> Any:
    """One condition that is true where all of them are; None without any. Raises ValueError where it cannot be said.

    moments: columns of dates and timestamps. pandas finds none of them equal to a text, but orders them by it.
    """
    given = [condition for condition in conditions if condition]
    if not given:
        return None
    parts = read_condition(" and ".join(f"({condition})" for condition in given), moments)
    said = [_all_of([form for comparison in part for form in _said(comparison)]) for part in parts]
    return said[0] if len(said) == 1 else OrCondition(conditions=said)


def _all_of(forms: list[Condition]) -> Condition:
    return forms[0] if len(forms) == 1 else AndCondition(conditions=forms)


def _said(comparison: Comparison) -> list[Condition]:
    """Null is unequal to everything in pandas; in SQL it is neither equal nor unequal."""
    column = Column(comparison.column)
    if comparison.operator in ("IS_NULL", "NOT_NULL"):
        return [NullityCondition(column=column, is_null=comparison.operator == "IS_NULL")]
    compared = ComparisonCondition(column=column, operator=Operator(comparison.operator), parameter=comparison.value)
    if comparison.operator in ("!=", "NOT_IN"):
        return [NullityCondition(column=column, is_null=False), compared]
    return [compared]
