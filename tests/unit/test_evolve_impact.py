"""What a change means, by pairs of SQL: what differs by meaning, whom it reaches, and what it breaks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ribbon.evolve.impact import Change, ChangeImpact, Effect, RelationChange, What
from ribbon.evolve.impact.assess import impact_between
from ribbon.evolve.impact.logic_changes import takes_all
from ribbon.evolve.impact.states import AnalysedState, analyse_state
from ribbon.evolve.proof.states import CompiledState
from ribbon.project import read_project
from ribbon.usage import load_usage
from tests.evolve_project import Grown, days_before

ORDERS = """
sources:
  - name: shop
    tables:
      - name: orders
        columns:
          - {name: order_id, data_type: bigint}
          - {name: item, data_type: varchar}
          - {name: price, data_type: double}
          - {name: day, data_type: date}
"""
SOURCE = "source.shop.shop.orders"
FACT, MART = "model.shop.fct_order", "model.shop.sales_daily"
FACT_SQL = 'select order_id, item, price, day from "db"."shop"."orders" where price > 0'
MART_SQL = 'select day, sum(price) as sales, count(*) as orders from "db"."warehouse"."fct_order" group by day'

Pair = tuple[str, str]


def grown(folder: Path, fact: str = FACT_SQL, mart: str | None = MART_SQL, **fields: Any) -> Grown:
    """A source, a fact of it, a mart of the fact, and a dashboard of the mart."""
    folder.mkdir()
    shop = Grown(folder)
    shop.source(ORDERS)
    shop.model("fct_order", fact, fields.get("fact_yml"), folder="warehouse/orders", parents=[SOURCE])
    if mart is not None:
        shop.model(
            "sales_daily", mart, fields.get("mart_yml"), folder="mart/sales", parents=fields.get("reads", [FACT])
        )
        shop.exposure("board", *([MART] if fields.get("shown", True) else []))
    return shop


def side(shop: Grown, name: str) -> AnalysedState:
    target = shop.write()
    state = CompiledState(read_project(shop.project, target))
    return analyse_state(name, state, shop.folder, target, target / "ribbon", {})


def judged(before: Grown, after: Grown) -> ChangeImpact:
    return impact_between(side(before, "HEAD"), side(after, "the working tree"), load_usage(before.project))


def relation(impact: ChangeImpact, name: str) -> RelationChange:
    return next(each for each in impact.relations if each.relation == name)


def changes(impact: ChangeImpact, name: str) -> list[tuple[What, str | None, Effect]]:
    return [(each.what, each.column, each.effect) for each in relation(impact, name).changes]


def only(impact: ChangeImpact, name: str) -> Change:
    (change,) = relation(impact, name).changes
    return change


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Grown]:
    def make(**fields: Any) -> Grown:
        return grown(tmp_path / f"state{len(list(tmp_path.iterdir()))}", **fields)

    return make


def test_each_kind_of_change_has_a_name_of_its_own() -> None:
    assert [each.value for each in What] == [
        *(f"relation {how}" for how in ("added", "removed", "renamed")),
        *(f"column {how}" for how in ("added", "removed", "renamed", "retyped", "computed otherwise")),
        *("other rows", "other grain", "later runs", "same logic", "cannot be compared", "setting"),
        *(f"expectation {how}" for how in ("added", "removed", "weakened", "changed")),
        "restriction lifted",
    ]


def test_what_is_not_changed_is_not_told(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop())

    assert (impact.relations, impact.touched, impact.uses) == ((), (), ())
    assert impact.effect is Effect.NONE


def test_other_names_inside_and_another_order_of_conditions_are_the_same_logic(shop: Callable[..., Grown]) -> None:
    other = "with o as (select * from db.shop.orders), p as (select * from o where 0 < price)" + (
        " select p.order_id, p.item, p.price, p.day from p"
    )
    impact = judged(shop(), shop(fact=other))

    assert changes(impact, "warehouse.fct_order") == [(What.SAME_LOGIC, None, Effect.NONE)]
    assert (len(impact.relations), impact.touched) == (1, ())


def test_another_filter_touches_all_that_reads_the_relation(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop(fact=FACT_SQL.replace("price > 0", "price > 1")))

    change = only(impact, "warehouse.fct_order")
    assert (change.what, change.effect) == (What.ROWS, Effect.VALUES)
    assert ("> 0" in change.before or "0 <" in change.before, "1" in change.after) == (True, True)
    assert {each.relation: each.rows for each in impact.touched} == {
        "warehouse.fct_order": True,
        "mart.sales_daily": True,
    }
    assert [(use.label, use.by_values) for use in impact.uses] == [("board", False)]


def test_a_filter_inside_of_a_query_that_is_read_is_named(shop: Callable[..., Grown]) -> None:
    inner = "with s as (select day, sum(price) as sales from db.warehouse.fct_order {} group by day)" + (
        " select a.day, a.sales, 1 as orders from s as a inner join s as b on a.day = b.day"
    )
    impact = judged(shop(mart=inner.format("")), shop(mart=inner.format("where item <> 'pear'")))

    change = only(impact, "mart.sales_daily")
    assert change.what is What.ROWS
    assert "pear" in change.after


def test_a_column_that_is_computed_otherwise_reaches_what_is_made_from_it_alone(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop(fact=FACT_SQL.replace("price, day", "price * 2 as price, day")))

    assert changes(impact, "warehouse.fct_order") == [(What.MEANING, "price", Effect.VALUES)]
    assert {each.relation: each.columns for each in impact.touched} == {
        "warehouse.fct_order": ("price",),
        "mart.sales_daily": ("sales",),
    }


def test_a_column_that_is_gone_and_still_read_breaks(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop(fact=FACT_SQL.replace("item, price, day", "item, day")))

    assert changes(impact, "warehouse.fct_order") == [(What.REMOVED, "price", Effect.BREAKING)]
    assert only(impact, "warehouse.fct_order").used_by == ("mart.sales_daily (its SQL still names it)",)


def test_a_column_that_is_gone_and_that_nobody_uses_breaks_nothing(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop(fact=FACT_SQL.replace("item, ", "")))

    assert changes(impact, "warehouse.fct_order") == [(What.REMOVED, "item", Effect.NONE)]


def test_a_column_that_is_gone_from_what_a_dashboard_reads_breaks(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop(mart=MART_SQL.replace(", count(*) as orders", "")))

    assert changes(impact, "mart.sales_daily") == [(What.REMOVED, "orders", Effect.BREAKING)]
    assert only(impact, "mart.sales_daily").used_by == ("dashboard board",)


def test_a_column_that_a_logged_query_uses_breaks_and_one_that_none_does_not(shop: Callable[..., Grown]) -> None:
    before = shop(shown=False)
    before.ask("select sales from mart_sales.sales_daily", days=days_before(3), who=("ann", "bob"))
    used = judged(before, shop(shown=False, mart=MART_SQL.replace("sum(price) as sales, ", "")))
    unused = judged(before, shop(shown=False, mart=MART_SQL.replace(", count(*) as orders", "")))

    assert only(used, "mart.sales_daily").used_by == ("8 logged queries of 2 people",)
    assert used.effect is Effect.BREAKING
    assert used.touched[0].asked == {"sales": 8}
    assert unused.effect is Effect.NONE


def test_a_column_that_is_new_breaks_nothing(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop(mart=MART_SQL.replace("count(*)", "max(price) as best, count(*)")))

    assert changes(impact, "mart.sales_daily") == [(What.ADDED, "best", Effect.NONE)]
    assert impact.touched == ()


def test_a_column_under_another_name_is_told_as_renamed_and_breaks_who_uses_the_former(
    shop: Callable[..., Grown],
) -> None:
    impact = judged(shop(), shop(mart=MART_SQL.replace("as sales", "as net_sales")))

    assert changes(impact, "mart.sales_daily") == [(What.RENAMED, "net_sales", Effect.BREAKING)]
    assert only(impact, "mart.sales_daily").before == "sales"


def test_readers_that_follow_a_rename_mean_the_same(shop: Callable[..., Grown]) -> None:
    fact, mart = FACT_SQL.replace("price, day", "price as price_usd, day"), MART_SQL.replace("price", "price_usd")
    impact = judged(shop(), shop(fact=fact, mart=mart))

    assert changes(impact, "warehouse.fct_order") == [(What.RENAMED, "price_usd", Effect.NONE)]
    assert changes(impact, "mart.sales_daily") == [(What.SAME_LOGIC, None, Effect.NONE)]


def test_readers_that_follow_a_renamed_relation_mean_the_same(shop: Callable[..., Grown], tmp_path: Path) -> None:
    (tmp_path / "after").mkdir()
    after = Grown(tmp_path / "after")
    after.source(ORDERS)
    after.model("fct_line", FACT_SQL, folder="warehouse/orders", parents=[SOURCE])
    after.model(
        "sales_daily", MART_SQL.replace("fct_order", "fct_line"), folder="mart/sales", parents=["model.shop.fct_line"]
    )
    impact = judged(shop(), after)

    assert changes(impact, "warehouse.fct_line") == [(What.RELATION_RENAMED, None, Effect.NONE)]
    renamed = only(impact, "warehouse.fct_line")
    assert (renamed.before, renamed.after) == ("db.warehouse.fct_order", "db.warehouse.fct_line")
    assert changes(impact, "mart.sales_daily") == [(What.SAME_LOGIC, None, Effect.NONE)]


def test_logic_that_moves_into_a_model_of_its_own_means_the_same(shop: Callable[..., Grown]) -> None:
    after = shop(mart='select d.day, d.sales, d.orders from "db"."warehouse"."day" as d', reads=["model.shop.day"])
    after.model("day", MART_SQL, folder="warehouse/orders", parents=[FACT])
    impact = judged(shop(), after)

    assert changes(impact, "warehouse.day") == [(What.RELATION_ADDED, None, Effect.NONE)]
    assert changes(impact, "mart.sales_daily") == [(What.SAME_LOGIC, None, Effect.NONE)]


def test_another_grain_breaks_who_reads_the_relation(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop(mart=MART_SQL.replace("select day", "select day, item") + ", item"))

    assert (What.GRAIN, None, Effect.BREAKING) in changes(impact, "mart.sales_daily")
    change = relation(impact, "mart.sales_daily").changes[0]
    assert (change.before, change.after) == ("one row per day", "one row per day, item")


def test_groups_that_another_model_may_have_made_are_not_called_another_grain(shop: Callable[..., Grown]) -> None:
    states = [shop(), shop(mart='select day, sales, orders from "db"."warehouse"."day"', reads=["model.shop.day"])]
    for state in states:
        state.model("day", MART_SQL, folder="warehouse/orders", parents=[FACT])
    kinds = {what for what, _, _ in changes(judged(states[0], states[1]), "mart.sales_daily")}

    assert What.ROWS in kinds
    assert What.GRAIN not in kinds


def test_another_key_that_is_declared_is_another_grain(shop: Callable[..., Grown]) -> None:
    yml = "models:\n  - name: fct_order\n    data_tests: [expect_grain: {{arguments: {{columns: [{}]}}}}]\n"
    impact = judged(shop(fact_yml=yml.format("order_id")), shop(fact_yml=yml.format("order_id, item")))

    assert (What.GRAIN, None, Effect.BREAKING) in changes(impact, "warehouse.fct_order")


@pytest.mark.parametrize(
    ("cast", "effect"), [("cast(price as varchar)", Effect.BREAKING), ("cast(price as double)", None)]
)
def test_another_type_breaks_unless_it_takes_all_values(
    shop: Callable[..., Grown], cast: str, effect: Effect | None
) -> None:
    before, after = (FACT_SQL.replace("price, day", f"{kind} as price, day") for kind in ("cast(price as float)", cast))
    impact = judged(shop(fact=before), shop(fact=after))

    assert changes(impact, "warehouse.fct_order") == [(What.RETYPED, "price", effect or Effect.NONE)]


@pytest.mark.parametrize(
    ("before", "after", "fits"),
    [
        ("int", "bigint", True),
        ("bigint", "int", False),
        ("decimal(12, 2)", "DECIMAL(14,2)", True),
        ("decimal(12, 2)", "decimal(12, 4)", False),
        ("decimal(12, 2)", "double", False),
        ("float", "double", True),
        ("varchar(3)", "text", True),
        ("date", "timestamp", False),
        ("ubigint", "bigint", False),
    ],
)
def test_a_type_takes_the_values_of_another(before: str, after: str, fits: bool) -> None:
    assert takes_all(before, after) is fits


def test_a_type_that_a_contract_declares_counts_too(shop: Callable[..., Grown]) -> None:
    yml = "models:\n  - name: fct_order\n    columns: [{{name: price, data_type: {}}}]\n"
    impact = judged(shop(fact_yml=yml.format("double")), shop(fact_yml=yml.format("integer")))

    assert (What.RETYPED, "price", Effect.BREAKING) in changes(impact, "warehouse.fct_order")


def test_an_expectation_that_is_weaker_or_gone_is_told_and_one_that_is_stronger_is_not_called_weaker(
    shop: Callable[..., Grown],
) -> None:
    yml = "models:\n  - name: fct_order\n    columns: [{{name: price, data_tests: [{}]}}]\n"
    bound = "expect_column_values_to_be_between: {{arguments: {{min_value: {}}}}}"

    def what_changed(before: str, after: str) -> What:
        pair = (shop(fact_yml=yml.format(text)) for text in (before, after))
        return only(judged(*pair), "warehouse.fct_order").what

    assert what_changed(bound.format(0), bound.format(-5)) is What.PROMISE_WEAKENED
    assert what_changed(bound.format(0), bound.format(1)) is What.PROMISE_CHANGED
    assert what_changed("not_null, unique", "unique") is What.PROMISE_REMOVED
    assert what_changed("unique", "not_null, unique") is What.PROMISE_ADDED


def test_a_relation_that_is_gone_breaks_who_reads_it(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop(mart=None))

    assert changes(impact, "mart.sales_daily") == [(What.RELATION_REMOVED, None, Effect.BREAKING)]
    assert [use.label for use in impact.uses] == ["board"]


def test_sql_that_cannot_be_read_is_said_to_be_so(shop: Callable[..., Grown]) -> None:
    impact = judged(shop(), shop(fact=FACT_SQL + " using sample 10%"))

    assert (What.UNREAD, None, Effect.VALUES) in changes(impact, "warehouse.fct_order")


def test_a_setting_is_told_and_breaks_nothing(shop: Callable[..., Grown]) -> None:
    after = shop(mart=None)
    after.model("sales_daily", MART_SQL, folder="mart/sales", parents=[FACT], materialized="view")
    after.exposure("board", MART)
    impact = judged(shop(), after)

    change = only(impact, "mart.sales_daily")
    assert (change.what, change.before, change.after) == (What.SETTING, "materialized: table", "view")


def test_an_expectation_of_what_is_otherwise_the_same_is_told(shop: Callable[..., Grown]) -> None:
    yml = "models:\n  - name: sales_daily\n    columns: [{name: day, data_tests: [unique]}]\n"
    impact = judged(shop(mart_yml=yml), shop())

    assert changes(impact, "mart.sales_daily") == [(What.PROMISE_REMOVED, "day", Effect.NONE)]


def test_a_source_column_that_is_declared_under_another_type_is_told(shop: Callable[..., Grown]) -> None:
    after = shop()
    after._nodes[0]["columns"]["price"]["data_type"] = "varchar"
    impact = judged(shop(), after)

    assert changes(impact, "lake.orders") == [(What.RETYPED, "price", Effect.BREAKING)]
    assert only(impact, "lake.orders").used_by == ("warehouse.fct_order",)
