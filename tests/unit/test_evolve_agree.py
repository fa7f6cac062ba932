"""One name with two meanings: how far the values are apart is measured in the rows that both marts have."""

from pathlib import Path

import duckdb
import pytest

from ribbon.evolve.rules.agree import find_one_name_for_two
from tests.evolve_project import Grown

MART = """
models:
  - name: {name}
    description: One row per day.
    data_tests: [expect_grain: {{arguments: {{columns: [{key}]}}}}]
    columns:
      - {{name: day}}
      - {{name: shop}}
      - {{name: till}}
      - {{name: item}}
      - {{name: kind}}
      - {{name: net_usd, config: {{meta: {{restricted: {restricted}}}}}}}
"""
SOURCE = (
    "sources: [{name: shop, tables: [{name: sales, columns: [{name: day}, {name: price}, {name: discount},"
    " {name: shop}, {name: till}, {name: item}, {name: kind}]}]}]"
)
VALUES = {"one": "(1, 10.0), (2, 20.0), (3, 30.0)", "two": "(1, 10.0), (2, 26.0), (4, 1.0)"}
COMPUTED = {"one": "sum(price)", "two": "sum(price - discount)"}


def evidence(folder: Path, *, key: str = "day", restricted: bool = False) -> list[str]:
    """What the one proposal for two marts of these values says of the build file."""
    grown = Grown(folder)
    grown.project.build_file.parent.mkdir()
    grown.source(SOURCE)
    with duckdb.connect(str(grown.project.build_file)) as build:
        for name, rows in VALUES.items():
            build.execute(f"create schema mart_{name}")
            build.execute(
                f"create table mart_{name}.{name} as select *, 1 as shop, 2 as till, 3 as item, 4 as kind"
                f" from (values {rows}) as t (day, net_usd)"
            )
    for name, computed in COMPUTED.items():
        sql = f'select {key}, {computed} as net_usd from "db"."shop"."sales" group by {key}'
        yml = MART.format(name=name, key=key, restricted=str(restricted).lower())
        grown.model(name, sql, yml, folder=f"mart/{name}", parents=["source.shop.shop.sales"])
    (proposal,) = find_one_name_for_two(grown.seen)
    assert proposal.title == "net_usd: one name, two meanings"
    return [each.what for each in proposal.evidence if each.where == "the build file"]


def test_the_rows_that_both_have_are_compared_by_their_key(tmp_path: Path) -> None:
    assert evidence(tmp_path) == ["of 2 rows that both have by day, 1 differ; on average 15 and 18"]


def test_the_columns_of_a_key_are_told_in_the_order_of_their_names(tmp_path: Path) -> None:
    (told,) = evidence(tmp_path, key="till, shop, kind, item, day")
    assert told.startswith("of 2 rows that both have by day, item, kind, shop, till, 1 differ")


def test_no_average_of_a_restricted_column_is_shown(tmp_path: Path) -> None:
    assert evidence(tmp_path, restricted=True) == ["of 2 rows that both have by day, 1 differ"]


@pytest.mark.parametrize("computed", ["sum(price)", "coalesce(sum(price), 0)"])
def test_one_meaning_is_no_disagreement(tmp_path: Path, computed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMPUTED, "two", computed)
    with pytest.raises(ValueError, match="not enough values"):
        evidence(tmp_path)


@pytest.mark.parametrize(("meanings", "told"), [(3, True), (4, False)])
def test_a_name_of_more_than_three_meanings_names_nothing_in_particular(
    tmp_path: Path, meanings: int, told: bool
) -> None:
    grown = Grown(tmp_path)
    grown.source(SOURCE)
    for number, computed in enumerate(("price", "discount", "price - discount", "price + discount")[:meanings]):
        sql = f'select day, sum({computed}) as net_usd from "db"."shop"."sales" group by day'
        grown.model(f"mart_{number}", sql, folder=f"mart/case_{number}", parents=["source.shop.shop.sales"])

    assert bool(list(find_one_name_for_two(grown.seen))) is told
