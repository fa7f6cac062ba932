"""Walks through small graphs that are made by hand: up, down, over rows, and by the names that people type."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ribbon.errors import ConfigError
from ribbon.lineage.graph import LineageGraph, LineageNode, whole_node
from ribbon.lineage.impact import impact
from ribbon.lineage.names import Meant, find
from ribbon.lineage.nodes import Exposure, ProjectNode
from ribbon.lineage.walks import (
    gaps_above,
    gaps_below,
    relations_above,
    relations_below,
    row_origins,
    row_sources,
    sources,
    walk_down,
    walk_up,
)
from ribbon.model import ColumnLineage, ColumnName, Kind, Layer, Origin, QueryLineage, Role, RowOrigin, Unresolved

LAYERS = {"source": Layer.LAKE, "model": Layer.WAREHOUSE}


def name(text: str) -> ColumnName:
    """`model.shop.fact.net` as a column's name."""
    relation, _, column = text.rpartition(".")
    return ColumnName(relation, column)


def column(text: str, *origins: tuple[str, Kind]) -> ColumnLineage:
    return ColumnLineage(text, Kind.COMPUTED, tuple(Origin(name(of), kind, (f"{kind}({of})",)) for of, kind in origins))


def node(
    key: str,
    columns: tuple[ColumnLineage, ...],
    rows: tuple[tuple[str, Role], ...] = (),
    layer: Layer = Layer.WAREHOUSE,
    *,
    listed: bool = True,
    identifier: str = "",
) -> LineageNode:
    resource_type, package, short = key.split(".", 2)
    system, _, table = short.rpartition(".")
    project = ProjectNode(
        unique_id=key,
        name=table,
        resource_type=resource_type,
        label=f"{layer}.{table}",
        layer=layer,
        schema=f"dev_{layer}",
        identifier=identifier or table,
        file=f"models/{table}.sql",
        path=("build", f"dev_{layer}", identifier or table),
        package=package,
        system=system or None,
    )
    made = () if resource_type == "source" else columns
    lineage = QueryLineage(made, tuple(RowOrigin(name(of), role, "why") for of, role in rows))
    return whole_node(project, {each.name: None for each in columns} if listed else None, lineage)


def graph(*nodes: LineageNode, exposures: tuple[Exposure, ...] = ()) -> LineageGraph:
    return LineageGraph({each.project.unique_id: each for each in nodes}, exposures)


def edges(steps: tuple[object, ...]) -> list[tuple[str, str, int]]:
    return [(str(step.column), str(step.of), step.depth) for step in steps]  # type: ignore[attr-defined]


ORDERS = node("source.shop.crm.orders", (column("net"), column("Day"), column("voided")), layer=Layer.LAKE)
LINES = node(
    "model.shop.lines",
    (column("net", ("source.shop.crm.orders.net", Kind.COPIED)), column("one")),
    (("source.shop.crm.orders.voided", Role.FILTERED),),
)
LEFT = node("model.shop.left_half", (column("a", ("model.shop.lines.net", Kind.COMPUTED)),))
RIGHT = node("model.shop.right_half", (column("b", ("model.shop.lines.net", Kind.RENAMED)),))
MART = node(
    "model.shop.daily",
    (column("net", ("model.shop.left_half.a", Kind.AGGREGATED), ("model.shop.right_half.b", Kind.COMPUTED)),),
    (("model.shop.right_half.b", Role.JOINED),),
    Layer.MART,
)
READS_MART = node("model.shop.top", (column("n", ("model.shop.daily.net", Kind.RENAMED)),), layer=Layer.MART)
BOARD = Exposure("exposure.shop.board", "board", "dashboard", "Board", depends_on=("model.shop.daily",))
DIAMOND = graph(ORDERS, LINES, LEFT, RIGHT, MART, READS_MART, exposures=(BOARD,))


def test_a_walk_up_shows_both_edges_of_a_diamond_and_goes_on_once() -> None:
    assert edges(walk_up(DIAMOND, name("model.shop.daily.net"))) == [
        ("model.shop.left_half.a", "model.shop.daily.net", 1),
        ("model.shop.right_half.b", "model.shop.daily.net", 1),
        ("model.shop.lines.net", "model.shop.left_half.a", 2),
        ("model.shop.lines.net", "model.shop.right_half.b", 2),
        ("source.shop.crm.orders.net", "model.shop.lines.net", 3),
    ]


def test_a_walk_down_takes_the_same_edges_the_other_way() -> None:
    up = {
        (step.of, step.column, step.kind, step.expressions) for step in walk_up(DIAMOND, name("model.shop.daily.net"))
    }
    down = walk_down(DIAMOND, name("source.shop.crm.orders.net"))

    assert up <= {(step.column, step.of, step.kind, step.expressions) for step in down}
    assert [str(step.column) for step in down][-1] == "model.shop.top.n"


def test_a_walk_through_a_model_that_reads_itself_ends_and_says_so() -> None:
    total = column("total", ("model.shop.sums.total", Kind.COPIED), ("source.shop.crm.orders.net", Kind.AGGREGATED))
    selfish = graph(ORDERS, node("model.shop.sums", (total,)))

    up = walk_up(selfish, name("model.shop.sums.total"))

    assert [(str(step.column), step.within) for step in up] == [
        ("model.shop.sums.total", True),
        ("source.shop.crm.orders.net", False),
    ]
    assert [step.within for step in walk_down(selfish, name("source.shop.crm.orders.net"))] == [False, True]
    assert [str(each.column) for each in sources(selfish, up[0].of)] == ["source.shop.crm.orders.net"]


def test_names_that_differ_in_case_are_one_column() -> None:
    loud = node("model.shop.loud", (column("DAY", ("source.shop.crm.orders.day", Kind.COPIED)),))

    down = walk_down(graph(ORDERS, loud), name("source.shop.crm.orders.Day"))

    assert [str(step.column) for step in down] == ["model.shop.loud.DAY"]


def test_a_source_has_the_heaviest_kind_of_all_ways_to_it() -> None:
    (net,) = sources(DIAMOND, name("model.shop.daily.net"))

    assert (str(net.column), net.kind) == ("source.shop.crm.orders.net", Kind.AGGREGATED)


def test_sources_are_in_the_order_of_their_names() -> None:
    ends = [f"source.shop.crm.{each}" for each in ("items.id", "orders.Net", "customers.id", "orders.day")]
    top = node("model.shop.top", (column("all", *((end, Kind.COMPUTED) for end in ends)),))

    found = [
        str(each.column).removeprefix("source.shop.crm.") for each in sources(graph(top), name("model.shop.top.all"))
    ]

    assert found == ["customers.id", "items.id", "orders.day", "orders.Net"]


@pytest.mark.parametrize(("last", "kind"), [("net", Kind.COPIED), ("net_usd", Kind.RENAMED)])
def test_what_is_only_renamed_is_copied_where_it_ends_under_its_first_name(last: str, kind: Kind) -> None:
    renamed = node("model.shop.top", (column(last, ("model.shop.right_half.b", Kind.RENAMED)),))

    (net,) = sources(graph(ORDERS, LINES, RIGHT, renamed), name(f"model.shop.top.{last}"))

    assert net.kind is kind


def test_a_constant_on_the_way_is_no_source() -> None:
    assert sources(DIAMOND, name("model.shop.lines.one")) == ()


def test_a_column_that_no_query_makes_is_its_own_source() -> None:
    own = name("source.shop.crm.orders.net")

    assert sources(DIAMOND, own) == (Origin(own, Kind.COPIED),)


def test_rows_are_decided_by_a_relation_and_by_all_that_it_reads() -> None:
    steps = row_origins(DIAMOND, "model.shop.top")

    assert [(step.relation, str(step.column), step.role, step.depth) for step in steps] == [
        ("model.shop.daily", "model.shop.right_half.b", Role.JOINED, 1),
        ("model.shop.lines", "source.shop.crm.orders.voided", Role.FILTERED, 3),
    ]


def test_rows_go_back_to_source_columns_through_what_is_computed_on_the_way() -> None:
    assert row_sources(DIAMOND, "model.shop.daily") == {
        name("source.shop.crm.orders.net"),
        name("source.shop.crm.orders.voided"),
    }


def test_relations_below_are_those_that_read_it_nearest_first() -> None:
    assert relations_below(DIAMOND, "model.shop.lines") == (
        "model.shop.left_half",
        "model.shop.right_half",
        "model.shop.daily",
        "model.shop.top",
    )


def test_relations_above_are_those_that_are_read_nearest_first() -> None:
    assert relations_above(DIAMOND, "model.shop.daily") == (
        "model.shop.left_half",
        "model.shop.right_half",
        "model.shop.lines",
        "source.shop.crm.orders",
    )


def test_what_could_not_be_resolved_is_met_from_above_and_from_below() -> None:
    dark, dim = Unresolved(None, "no SQL"), Unresolved("n", "no such name")
    reader = replace(READS_MART.project, parents=("model.shop.daily",))
    blind = whole_node(reader, {"n": None}, QueryLineage(unresolved=(dark,)))
    daily = whole_node(MART.project, MART.columns, replace(MART.lineage, unresolved=(dim,)))
    partly = graph(ORDERS, LINES, LEFT, RIGHT, daily, blind)

    assert gaps_below(partly, ["model.shop.daily"]) == (("model.shop.daily", dim), ("model.shop.top", dark))
    assert gaps_below(partly, ["model.shop.lines"]) == ()
    assert gaps_above(partly, [name("model.shop.daily.N")], []) == (("model.shop.daily", dim),)
    assert gaps_above(partly, [name("model.shop.daily.net")], ["model.shop.daily"]) == ()
    assert gaps_above(partly, [], ["model.shop.top"]) == (("model.shop.top", dark),)


def test_an_impact_tells_values_from_rows() -> None:
    by_value = impact(DIAMOND, name("source.shop.crm.orders.net"))
    by_rows = impact(DIAMOND, name("source.shop.crm.orders.voided"))

    assert [(row.relation, str(row.column), row.depth) for row in by_value.rows] == [
        ("model.shop.daily", "model.shop.right_half.b", 2)
    ]
    assert by_value.following == ("model.shop.top",)
    assert by_rows.values == ()
    assert [row.relation for row in by_rows.rows] == ["model.shop.lines"]
    assert set(by_rows.following) == {f"model.shop.{each}" for each in ("left_half", "right_half", "daily", "top")}


def test_a_use_says_whether_values_or_rows_alone_reach_it() -> None:
    (by_value,) = impact(DIAMOND, name("source.shop.crm.orders.net")).uses
    (by_rows,) = impact(DIAMOND, name("source.shop.crm.orders.voided")).uses

    assert (by_value.exposure, by_value.relations, by_value.by_values) == (BOARD, ("model.shop.daily",), True)
    assert by_rows.by_values is False
    assert impact(DIAMOND, name("source.shop.crm.orders.Day")).uses == ()


@pytest.mark.parametrize(
    "typed",
    [
        "mart.daily.net",
        "daily.net",
        "dev_mart.daily.net",
        "build.dev_mart.daily.net",
        "shop.daily.net",
        "model.shop.daily.net",
        " MART.Daily.NET ",
        '"mart"."daily"."net"',
        "`mart`.[daily].net",
    ],
)
def test_a_column_goes_by_what_people_type(typed: str) -> None:
    assert find(DIAMOND, typed) == Meant("model.shop.daily", "net")


@pytest.mark.parametrize("typed", ["crm.orders.day", "lake.orders.DAY", "orders.day", "source.shop.crm.orders.day"])
def test_a_column_of_a_source_goes_by_its_system_and_its_layer(typed: str) -> None:
    assert find(DIAMOND, typed) == Meant("source.shop.crm.orders", "Day")


def test_a_name_without_a_column_is_the_relation() -> None:
    assert find(DIAMOND, "mart.daily") == find(DIAMOND, "daily") == Meant("model.shop.daily")


def test_dots_within_quotes_belong_to_the_name() -> None:
    dotted = graph(node("model.shop.odd", (column('net.of "tax"'),)))

    assert find(dotted, 'odd."net.of ""tax"""') == Meant("model.shop.odd", 'net.of "tax"')


def test_a_relation_goes_by_its_alias_and_a_version_by_its_number() -> None:
    versions = graph(node("model.shop.dim.v1", (column("a"),), identifier="dim_v1"))

    assert find(versions, "dim_v1.a") == find(versions, "model.shop.dim.v1.a") == Meant("model.shop.dim.v1", "a")


def test_a_relation_outside_the_project_goes_by_its_name_in_the_sql() -> None:
    outside = graph(node("model.shop.raw_lines", (column("net", ("Raw.orders.net", Kind.COPIED)),)))

    assert find(outside, "raw.orders.net") == Meant("Raw.orders", "net")
    with pytest.raises(ConfigError, match="nothing reads gross from it"):
        find(outside, "raw.orders.gross")


def test_a_column_of_a_source_without_a_list_is_known_by_its_readers() -> None:
    unlisted = node("source.shop.crm.orders", (), layer=Layer.LAKE, listed=False)

    assert find(graph(unlisted, LINES), "lake.orders.NET") == Meant("source.shop.crm.orders", "net")


def test_a_name_of_two_things_lists_both_and_each_of_them_can_be_typed() -> None:
    twice = graph(node("model.shop.daily", (column("net"),)), node("model.other.daily", (column("net"),)))

    with pytest.raises(ConfigError, match=r"matches 2 names.*: model\.other\.daily\.net, model\.shop\.daily\.net\."):
        find(twice, "daily.net")
    assert find(twice, "model.other.daily.net") == Meant("model.other.daily", "net")


def test_things_that_are_called_differently_are_listed_as_people_type_them() -> None:
    both = graph(MART, node("model.other.daily", (column("net"),)))

    with pytest.raises(ConfigError, match=r"matches 2 names.*: mart\.daily\.net, warehouse\.daily\.net\."):
        find(both, "daily.net")


def test_where_a_name_is_ones_own_and_anothers_by_chance_the_own_one_is_meant() -> None:
    package_like_a_layer = node("model.mart.daily", (column("net"),), layer=Layer.WAREHOUSE)
    both = graph(MART, package_like_a_layer)

    assert find(both, "mart.daily.net") == Meant("model.shop.daily", "net")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("mart.daly.net", r"nothing is called mart\.daly\.net\. Similar: mart\.daily"),
        ("daly", r"Similar: mart\.daily"),
        ("mart.daily.nett", r"mart\.daily has no column nett\. Similar: net\."),
        ("mart.daily.xyz", r"mart\.daily has no column xyz\. It has net\."),
        ("qqqqqq", r"nothing is called qqqqqq\. If it is new, run `dbt compile`"),
        ("mart.daily.", r"is not a name"),
        ("", r"is not a name"),
        ('"daily', r"is not a name"),
    ],
)
def test_a_name_that_nothing_goes_by_is_answered_with_what_is_close(typed: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        find(DIAMOND, typed)


def test_long_chains_are_walked_without_recursion() -> None:
    chain: Mapping[int, LineageNode] = {
        place: node(f"model.shop.m{place}", (column("a", (f"model.shop.m{place + 1}.a", Kind.COPIED)),))
        for place in range(3000)
    }

    assert walk_up(graph(*chain.values()), name("model.shop.m0.a"))[-1].depth == 3000
