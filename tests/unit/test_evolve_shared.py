"""What marts share of their queries becomes a model: the groups with all measures, the rows with all columns."""

from pathlib import Path

import duckdb
import pytest

from ribbon.evolve.rules.extract import find_recurring_logic
from ribbon.model import Proposal
from tests.evolve_project import Grown, applied

SALES = """
models:
  - name: sales
    description: One row per sale.
    columns:
      - {name: day}
      - {name: shop}
      - {name: usd}
      - {name: buyer, config: {meta: {restricted: true}}}
"""
BY_DAY = (
    "select day, shop, count(*) as sale_count, max(buyer) as last_buyer from {sales} where usd > 0 group by day, shop"
)
TAKINGS = "SELECT S.SHOP, SUM(S.USD) AS N, S.DAY, COUNT(1) AS C FROM {sales} S WHERE 0 < S.USD GROUP BY 3, 1"


def build(file: Path) -> None:
    file.parent.mkdir()
    with duckdb.connect(str(file)) as connection:
        for schema in ("warehouse", "mart_core"):
            connection.execute(f"create schema {schema}")
            connection.execute(
                f"create table {schema}.sales (day date, shop integer, usd decimal(10, 2), buyer varchar)"
            )


def proposed(folder: Path, *marts: str, built: bool = True, below: str = "warehouse/core") -> list[Proposal]:
    """The proposals for marts of such queries, the first as a CTE, the others in brackets."""
    grown = Grown(folder)
    if built:
        build(grown.project.build_file)
    names = {"sales": f'"build"."{"warehouse" if below.startswith("warehouse") else "mart_core"}"."sales"'}
    where = {"database": "build", "relation_name": names["sales"]}
    parent = grown.model("sales", "select day, shop, usd, buyer from lake", SALES, folder=below, **where)
    for place, sql in enumerate(marts):
        whole = "with by_day as (\n    {}\n)\n\nselect * from by_day\n" if place == 0 else "select q.* from ({}) as q\n"
        compiled, raw = (whole.format(sql.format(sales=each)) for each in (names["sales"], "{{ ref('sales') }}"))
        grown.model(f"mart_{place}", compiled, raw=raw, folder=f"mart/use_{place}", parents=[parent])
    return list(find_recurring_logic(grown.seen))


def test_marts_with_the_same_groups_read_them_from_a_model_with_the_measures_of_all(tmp_path: Path) -> None:
    (proposal,) = proposed(tmp_path, BY_DAY, TAKINGS)

    files = applied(proposal)
    assert proposal.provable
    assert files["models/warehouse/core/by_day.sql"] == (
        "select\n    day,\n    shop,\n    count(*) as sale_count,\n    max(buyer) as last_buyer,\n    sum(usd) as n\n"
        "from {{ ref('sales') }}\nwhere usd > 0\ngroup by day, shop\n"
    )
    assert files["models/mart/use_0/mart_0.sql"] == (
        "with by_day as (\n    select\n        day,\n        shop,\n        sale_count,\n        last_buyer\n"
        "    from {{ ref('by_day') }}\n)\n\nselect * from by_day\n"
    )
    assert files["models/mart/use_1/mart_1.sql"] == (
        "select q.* from (\n    select\n        shop,\n        n,\n        day,\n        sale_count as c\n"
        "    from {{ ref('by_day') }}\n) as q\n"
    )


def test_the_contract_has_types_keys_and_what_is_restricted(tmp_path: Path) -> None:
    (proposal,) = proposed(tmp_path, BY_DAY, TAKINGS)

    contract = applied(proposal)["expectations/warehouse/core/by_day.yml"] or ""
    assert "data_tests: [ribbon.expect_grain: {arguments: {columns: [day, shop]}}]" in contract
    assert "- name: day\n        data_type: date\n" in contract
    assert '- name: "n"\n        data_type: decimal(38,2)\n' in contract
    assert contract.count("restricted") == 1
    assert "restricted" in contract.partition("name: last_buyer")[2].partition("- name")[0]


def test_marts_with_the_same_rows_read_them_from_a_model_with_the_columns_of_all(tmp_path: Path) -> None:
    grouped = "select shop, max(day) as last_day from {sales} where usd > 0 and shop <> 7 group by shop"
    (proposal,) = proposed(tmp_path, "select day, usd from {sales} s where s.shop <> 7 and s.usd > 0", grouped)

    files = applied(proposal)
    assert files["models/warehouse/core/by_day.sql"] == (
        "select\n    day,\n    usd,\n    shop\nfrom {{ ref('sales') }}\nwhere\n    shop <> 7\n    and usd > 0\n"
    )
    assert "max(day) as last_day\n    from {{ ref('by_day') }}\n    group by shop\n" in str(
        files["models/mart/use_1/mart_1.sql"]
    )


def test_without_a_database_to_ask_for_types_a_person_has_to_do_it(tmp_path: Path) -> None:
    (proposal,) = proposed(tmp_path, BY_DAY, TAKINGS, built=False)

    assert proposal.edits == ()
    assert not proposal.provable


@pytest.mark.parametrize("other", [TAKINGS, BY_DAY], ids=["the same groups", "the same query"])
def test_a_model_of_the_warehouse_is_not_made_of_marts(tmp_path: Path, other: str) -> None:
    (of_a_mart,) = proposed(tmp_path / "mart", BY_DAY, other, below="mart/core")
    (of_the_warehouse,) = proposed(tmp_path / "warehouse", BY_DAY, other)

    assert of_the_warehouse.edits
    assert not of_a_mart.edits
