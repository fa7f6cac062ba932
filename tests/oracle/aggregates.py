"""Examples for the expectations of a whole column, and of the number of rows."""

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import strategies as st

from tests.oracle.examples import Draw, Example, Strategy, bounds, conditions, on_column, sets
from tests.oracle.tables import EXACT, KINDS, NUMBERS, ORDERED, Table, tables

__all__ = ["AGGREGATES"]

SHARES = [0, 0.25, 0.5, 2 / 3, 0.9, 1]


@st.composite
def _within(
    draw: Draw, kinds: Iterable[str], limits: Callable[[Table], Iterable[Any]], strict: bool = True, off: bool = False
) -> Example:
    """About an aggregate of the column, with bounds out of what `limits` says of the table."""
    table = draw(tables(list(kinds)))
    arguments = draw(bounds(list(limits(table)), strict=strict, off=off))
    return draw(on_column(table, arguments, with_mostly=False))


def _pool(table: Table) -> Iterable[Any]:
    return table.columns[0].pool


def _sums(table: Table) -> Iterable[Any]:
    present = table.columns[0].present
    return [*table.columns[0].pool, sum(present), *(sum(present[:count]) for count in range(3))]


def _means(table: Table) -> Iterable[Any]:
    present = table.columns[0].present
    return [*table.columns[0].pool, *([sum(present) / len(present)] if present else [])]


def _middles(table: Table) -> Iterable[Any]:
    present = table.columns[0].present
    return [*present, *((one + other) / 2 for one in present[:3] for other in present[:3]), 0]


@st.composite
def _distinct(draw: Draw, ties: bool = False, least: int = 0) -> Example:
    table = draw(tables(list(KINDS)))
    ties_okay = {"ties_okay": True} if ties and draw(st.booleans()) else {}
    return draw(on_column(table, {"value_set": draw(sets(table.columns[0], least)), **ties_okay}, with_mostly=False))


@st.composite
def _quantiles(draw: Draw) -> Example:
    """Of many different values, or it shows nowhere which of two neighbours was taken."""
    kind = draw(st.sampled_from(EXACT))
    table = draw(tables([kind], pool=st.lists(KINDS[kind].values, min_size=6, max_size=9, unique=True)))
    quantiles = draw(st.lists(st.sampled_from([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]), min_size=1, max_size=3))
    limit = st.none() | st.sampled_from(table.columns[0].pool)
    ranges = []
    for _ in quantiles:
        low, high = draw(limit), draw(limit)
        ranges.append([low, high] if None in (low, high) else sorted([low, high]))
    how = draw(st.sampled_from([False, False, False, "nearest", "lower", "higher", "midpoint", "linear"]))
    arguments = {"quantile_ranges": {"quantiles": quantiles, "value_ranges": ranges}, "allow_relative_error": how}
    return draw(on_column(table, arguments, with_mostly=False))


@st.composite
def _weights(draw: Draw, count: int) -> list[float]:
    raw = draw(st.lists(st.integers(1, 5), min_size=count, max_size=count))
    return [weight / sum(raw) for weight in raw]


@st.composite
def _divergence_of_values(draw: Draw) -> Example:
    table = draw(tables(["text", "integer"]))
    values = draw(st.lists(st.sampled_from(table.columns[0].pool), min_size=1, unique=True))
    partition = {"values": values, "weights": draw(_weights(len(values)))}
    holdout = {"tail_weight_holdout": 0.1} if draw(st.booleans()) else {}
    return draw(on_column(table, {"partition_object": partition, **holdout, **draw(_threshold())}, with_mostly=False))


@st.composite
def _divergence_of_bins(draw: Draw) -> Example:
    table = draw(tables(EXACT))
    bins = sorted(draw(st.lists(st.integers(-5, 5), min_size=2, max_size=5, unique=True)))
    holdouts = {name: 0.1 for name in ("tail_weight_holdout", "internal_weight_holdout") if draw(st.booleans())}
    weights = draw(_weights(len(bins) - 1))
    if "internal_weight_holdout" in holdouts and len(weights) > 1:
        weights = [0, weights[0] + weights[1], *weights[2:]]
    arguments = {"partition_object": {"bins": bins, "weights": weights}, **holdouts, **draw(_threshold())}
    return draw(on_column(table, arguments, with_mostly=False))


@st.composite
def _threshold(draw: Draw) -> dict[str, Any]:
    return draw(st.sampled_from([{}, {"threshold": 0.01}, {"threshold": 0.3}, {"threshold": 1.5}]))


@st.composite
def _row_count(draw: Draw, between: bool) -> Example:
    table = draw(tables(["integer"]))
    ours, theirs = draw(conditions())
    arguments = draw(bounds(range(12))) if between else {"value": draw(st.integers(0, 10))}
    return Example(table, {**arguments, **ours}, theirs)


AGGREGATES: dict[str, Strategy] = {
    "expect_column_distinct_values_to_be_in_set": _distinct(least=1),
    "expect_column_distinct_values_to_contain_set": _distinct(),
    "expect_column_distinct_values_to_equal_set": _distinct(),
    "expect_column_kl_divergence_to_be_less_than": _divergence_of_values() | _divergence_of_bins(),
    "expect_column_max_to_be_between": _within(ORDERED, _pool),
    "expect_column_mean_to_be_between": _within(EXACT, _means) | _within(NUMBERS, _pool, off=True),
    "expect_column_median_to_be_between": _within(EXACT, _middles) | _within(NUMBERS, _pool, off=True),
    "expect_column_min_to_be_between": _within(ORDERED, _pool),
    "expect_column_most_common_value_to_be_in_set": _distinct(ties=True),
    "expect_column_proportion_of_non_null_values_to_be_between": _within(KINDS, lambda _: SHARES),
    "expect_column_proportion_of_unique_values_to_be_between": _within(KINDS, lambda _: SHARES),
    "expect_column_quantile_values_to_be_between": _quantiles(),
    "expect_column_stdev_to_be_between": _within(NUMBERS, lambda _: range(9), off=True),
    "expect_column_sum_to_be_between": _within(EXACT, _sums) | _within(NUMBERS, _pool, off=True),
    "expect_column_unique_value_count_to_be_between": _within(KINDS, lambda _: range(5)),
    "expect_table_row_count_to_be_between": _row_count(between=True),
    "expect_table_row_count_to_equal": _row_count(between=False),
}
