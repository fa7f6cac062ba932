"""Which column of a delivery is likely another one under a new name: where the values agree, and no other's do."""

from collections.abc import Iterable, Mapping

import pytest

from ribbon.engines.batch_profile import Sketch
from ribbon.evolve.evidence.changed_columns import likely_renames

TWENTY = range(20)
HALVES = {1: 0.5, 2: 0.5}


def of(values: Iterable[int], distinct: int = 0, shares: Mapping[int, float] | None = None) -> Sketch:
    hashes = frozenset(values)
    return Sketch(hashes, distinct or len(hashes), shares or dict.fromkeys(hashes, 1 / max(1, len(hashes))))


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        (of(TWENTY), of(TWENTY), 1.0),
        (of(range(16)), of(TWENTY), 0.8),
        (of(range(15)), of(TWENTY), None),
        (of(range(100)), of(TWENTY), 1.0),
        (of(()), of(TWENTY), None),
        (of(TWENTY), of(()), None),
    ],
)
def test_four_fifths_of_many_values_have_to_be_the_same(before: Sketch, after: Sketch, share: float | None) -> None:
    expected = {} if share is None else {"price": ("cost", share)}

    assert likely_renames({"price": before}, {"cost": after}) == expected


@pytest.mark.parametrize("distinct", [20, 19])
def test_fewer_than_twenty_values_do_not_agree_without_a_word_of_the_name(distinct: int) -> None:
    values = of(range(distinct))

    assert bool(likely_renames({"price": values}, {"cost": values})) is (distinct == 20)
    assert likely_renames({"unit_price": values}, {"PriceInUSD": values}) == {"unit_price": ("PriceInUSD", 1.0)}
    assert bool(likely_renames({"is_new": values}, {"is_old": values})) is (distinct == 20)


@pytest.mark.parametrize(("rare", "found"), [(0.5, True), (0.41, True), (0.39, False)])
def test_few_values_have_to_be_as_frequent_as_before(rare: float, found: bool) -> None:
    after = of((1, 2), shares={1: 1 - rare, 2: rare})

    assert bool(likely_renames({"shop_kind": of((1, 2), shares=HALVES)}, {"kind": after})) is found


def test_only_values_that_both_sketches_could_hold_are_compared() -> None:
    smallest, other = of(range(10), distinct=1000), of(range(5, 15), distinct=1000)

    assert likely_renames({"price": smallest}, {"cost": of(TWENTY, distinct=1000)}) == {"price": ("cost", 1.0)}
    assert likely_renames({"price": other}, {"cost": of(TWENTY, distinct=1000)}) == {}
    assert likely_renames({"price": of(range(10))}, {"cost": of(TWENTY, distinct=1000)}) == {}


@pytest.mark.parametrize(("common", "found"), [(10, True), (11, False)])
def test_no_other_column_may_share_more_than_half_of_the_values(common: int, found: bool) -> None:
    price, other = of(TWENTY), of([*range(common), *range(50, 70 - common)])

    assert ("price" in likely_renames({"price": price}, {"cost": price, "tax": other})) is found
    assert ("price" in likely_renames({"price": price, "tax": other}, {"cost": price})) is found


def test_two_columns_of_the_same_values_are_renamed_neither_from_nor_to() -> None:
    same = of(TWENTY)

    assert likely_renames({"price": same}, {"cost": same, "charge": same}) == {}
    assert likely_renames({"price": same, "fee": same}, {"cost": same}) == {}
    assert likely_renames({"price": same, "day": of(range(50, 90))}, {"cost": same, "date": of(range(50, 90))}) == {
        "price": ("cost", 1.0),
        "day": ("date", 1.0),
    }
