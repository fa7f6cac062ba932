"""Examples for the expectations of several columns of a row."""

from typing import Any

from hypothesis import strategies as st

from tests.oracle.examples import Draw, Example, Strategy, conditions, mostly
from tests.oracle.tables import EXACT, KINDS, ORDERED, Table, tables

__all__ = ["RECORDS"]

PAIRS_IGNORED = ["both_values_are_missing", "either_value_is_missing", "neither"]
RECORDS_IGNORED = ["all_values_are_missing", "any_value_is_missing", "never"]


@st.composite
def _about(
    draw: Draw, table: Table, arguments: dict[str, Any], ignored: list[str], conditional: bool = True
) -> Example:
    chosen = {"ignore_row_if": draw(st.sampled_from(ignored))} if draw(st.booleans()) else {}
    ours, theirs = draw(conditions()) if conditional else ({}, {})
    return Example(table, {**arguments, **chosen, **draw(mostly(len(table.rows))), **ours}, theirs)


@st.composite
def _greater(draw: Draw) -> Example:
    table = draw(tables([*ORDERED, "text"], width=2))
    or_equal = {"or_equal": True} if draw(st.booleans()) else {}
    a, b, _ = table.names
    return draw(_about(table, {"column_A": a, "column_B": b, **or_equal}, PAIRS_IGNORED))


@st.composite
def _equal(draw: Draw) -> Example:
    table = draw(tables(list(KINDS), width=2))
    a, b, _ = table.names
    return draw(_about(table, {"column_A": a, "column_B": b}, PAIRS_IGNORED))


@st.composite
def _pairs(draw: Draw) -> Example:
    """Without a condition on rows, which Great Expectations 1.24.1 forgets when it looks for pairs in a set."""
    table = draw(tables(["integer", "text"], width=2))
    a, b, _ = table.names
    value = st.sampled_from(table.columns[0].pool)
    pairs = draw(st.lists(st.tuples(value, value), max_size=3))
    return draw(
        _about(table, {"column_A": a, "column_B": b, "value_pairs_set": pairs}, PAIRS_IGNORED, conditional=False)
    )


@st.composite
def _records(draw: Draw) -> Example:
    table = draw(tables(list(KINDS), width=draw(st.integers(2, 3))))
    return draw(_about(table, {"column_list": table.names[:-1]}, RECORDS_IGNORED))


@st.composite
def _sum(draw: Draw) -> Example:
    table = draw(tables(EXACT, width=draw(st.integers(2, 3))))
    row = draw(st.sampled_from(table.rows)) if table.rows else (0,)
    total = sum(value for value in row[:-1] if value is not None)
    return draw(_about(table, {"column_list": table.names[:-1], "sum_total": total}, RECORDS_IGNORED))


RECORDS: dict[str, Strategy] = {
    "expect_column_pair_values_a_to_be_greater_than_b": _greater(),
    "expect_column_pair_values_to_be_equal": _equal(),
    "expect_column_pair_values_to_be_in_set": _pairs(),
    "expect_compound_columns_to_be_unique": _records(),
    "expect_multicolumn_sum_to_equal": _sum(),
    "expect_multicolumn_values_to_be_equal": _records(),
    "expect_select_column_values_to_be_unique_within_record": _records(),
}
