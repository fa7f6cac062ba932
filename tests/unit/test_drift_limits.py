"""Where drift begins: each limit of the handbook, on figures just inside and just outside of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from ribbon.batch_record import BatchFacts, ColumnFacts
from ribbon.evolve.evidence.deliveries import Batch, Deliveries
from ribbon.evolve.evidence.drift import drift_of, stopped_since, usual
from ribbon.model import Column, Delivery

START = date(2026, 1, 1)


def deliveries(
    facts: Sequence[BatchFacts] = (), days: Sequence[int] = (), delivery: Delivery = Delivery.APPEND
) -> Deliveries:
    """Batches of a source with the column `price`, of these facts or landed on these days."""
    landed = [
        Batch(f"day-{number}", (), datetime.combine(START + timedelta(days=day), datetime.min.time()))
        for number, day in enumerate(days or range(len(facts)))
    ]
    price = Column("price", "double")
    source = SimpleNamespace(columns=(price,), expectations=(), batch_by="day", key=(), delivery=delivery)
    by_id = dict(zip((batch.id for batch in landed), facts, strict=False))
    return SimpleNamespace(landed=landed, facts=by_id, newest_offer=None, source=source)  # type: ignore[return-value]


def batch(
    rows: int = 100, nulls: int = 0, distinct: int = 50, lowest: float | None = 0, highest: float | None = 100
) -> BatchFacts:
    return BatchFacts(rows, {"price": ColumnFacts("DOUBLE", nulls, distinct, lowest, highest)})


def drifts(newest: BatchFacts, before: Sequence[BatchFacts] = (batch(),) * 5) -> list[tuple[str, str | None]]:
    return [(drift.what, drift.column) for drift in drift_of(deliveries([*before, newest]))]


def test_a_level_is_of_five_figures_and_far_is_six_scaled_deviations_of_its_median() -> None:
    level = usual([8, 10, 12, 9, 11])

    assert usual([8, 10, 12, 9]) is None
    assert level is not None
    assert (level.middle, level.spread) == (10, 1.4826)
    assert [level.is_far(figure, 0) for figure in (18.89, 18.9, 1.11, 1.1)] == [False, True, False, True]
    assert [level.is_far(figure, 9) for figure in (19, 19.1)] == [False, True]


@pytest.mark.parametrize(
    ("figures", "is_level"),
    [
        ([1, 2, 3, 4, 5, 4], False),
        ([5, 4, 3, 2, 1, 2], False),
        ([1, 2, 3, 4, 3], True),
        ([4, 3, 2, 1, 2], True),
    ],
    ids=["4 of 5 up", "4 of 5 down", "3 of 4 up", "3 of 4 down"],
)
def test_four_steps_of_five_in_one_direction_are_a_trend(figures: Sequence[float], is_level: bool) -> None:
    assert (usual(figures) is not None) is is_level


@pytest.mark.parametrize(
    ("newest", "expected"),
    [
        (batch(nulls=5), []),
        (batch(nulls=6), [("null rate", "price")]),
        (batch(rows=198), []),
        (batch(rows=202), [("rows", None)]),
        (batch(rows=50), []),
        (batch(rows=49), [("rows", None)]),
        (batch(highest=150), []),
        (batch(highest=151), [("highest value", "price")]),
        (batch(lowest=-50), []),
        (batch(lowest=-51), [("lowest value", "price")]),
        (batch(distinct=100), []),
        (batch(distinct=103), [("distinct values", "price")]),
        (batch(rows=250, distinct=110), [("rows", None)]),
        (batch(lowest=None, highest=None), []),
        (batch(rows=0, distinct=0), [("rows", None)]),
    ],
)
def test_a_difference_is_told_from_its_limit_on(newest: BatchFacts, expected: list[tuple[str, str | None]]) -> None:
    assert drifts(newest) == expected


def test_a_sixth_batch_is_the_first_that_is_judged_by_more_than_its_nulls() -> None:
    assert drifts(batch(rows=1000), (batch(),) * 4) == []
    assert drifts(batch(rows=1000)) == [("rows", None)]


@pytest.mark.parametrize(("nulls", "expected"), [(30, []), (31, [("null rate", "price")])])
def test_of_fewer_batches_a_null_rate_is_far_from_each(nulls: int, expected: list[tuple[str, str | None]]) -> None:
    assert drifts(batch(nulls=nulls), (batch(),)) == expected
    assert drifts(batch(nulls=nulls), (batch(), batch(nulls=40))) == []


@pytest.mark.parametrize(
    ("days", "allowed"),
    [
        (range(6), 3),
        (range(0, 42, 7), 21),
        ((0, 1, 2, 3, 4, 9), 10),
        ((0, 1, 2, 3, 4, 5, 6, 8), 4),
    ],
    ids=["three gaps of a day", "three gaps of a week", "twice the longest gap", "twice a longest gap of two days"],
)
def test_a_source_has_stopped_after_three_usual_gaps_and_twice_the_longest(days: Sequence[int], allowed: int) -> None:
    last = START + timedelta(days=days[-1])

    assert stopped_since(deliveries(days=days), last + timedelta(days=allowed)) is None
    stopped = stopped_since(deliveries(days=days), last + timedelta(days=allowed + 1))
    assert stopped is not None
    assert stopped[0] == last


def test_a_source_of_five_days_or_of_snapshots_never_stops() -> None:
    long_after = START + timedelta(days=1000)

    assert stopped_since(deliveries(days=range(5)), long_after) is None
    assert stopped_since(deliveries(days=range(9), delivery=Delivery.SNAPSHOT), long_after) is None
