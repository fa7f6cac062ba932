"""What the catalog says of lineage: edges of a page, what changes a page, and what flows between groups."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from ribbon.catalog.facts.column_lineage import ColumnLineage
from ribbon.catalog.facts.flows import Flows, flows_of
from ribbon.catalog.facts.groups import SIDE_OF_LAYER, Group
from ribbon.catalog.facts.lineage_edges import NodeEdges, edges_of, read_edges
from ribbon.catalog.load.subject import Join, joins_of
from ribbon.catalog.views import ColumnEdge, RowEdge
from ribbon.lineage import LineageGraph
from ribbon.lineage.nodes import ProjectNode
from ribbon.lineage.walks import walk_up
from ribbon.model import ColumnName, Layer
from ribbon.store import FILE
from tests.lineage_projects import load, model, source

ORDERS = source("orders", {"id": "integer", "Net": "decimal(12,2)", "day": "date"})
STG = model("stg", "select id as order_id, net, day from raw.orders where day > '2020-01-01'", reads=("raw.orders",))
TOTAL = model("total", "select day, sum(net) as net from dw.stg group by day", reads=("stg",))
OTHER = model("other", "select id from raw.orders", reads=("raw.orders",))


def full(name: str) -> str:
    return f"{'source' if name == 'orders' else 'model'}.p.{name}"


def traced(folder: Path, *nodes: ProjectNode) -> ColumnLineage:
    return ColumnLineage(load(folder, *nodes))


def test_a_column_tells_both_of_its_ends_as_their_relations_spell_them(tmp_path: Path) -> None:
    found = traced(tmp_path, ORDERS, STG, TOTAL)
    net = found.edges("model.p.stg")["Net"]
    assert (net.kind, net.made_from) == ("copied", (ColumnEdge("source.p.orders", "Net", "copied"),))
    assert net.feeds == (ColumnEdge("model.p.total", "net", "aggregated", ("SUM(net)",)),)


def test_a_column_that_its_own_relation_declares_in_another_case_is_told_as_the_sql_spells_it(tmp_path: Path) -> None:
    itself = "select id from raw.orders union all select id from dw.self"
    found = traced(tmp_path, ORDERS, model("self", itself, reads=("raw.orders",), columns={"ID": "bigint"}))
    made_from = found.edges("model.p.self")["id"].made_from
    assert [(edge.relation, edge.column) for edge in made_from] == [("source.p.orders", "id"), ("model.p.self", "id")]


def test_rows_stand_apart_from_values(tmp_path: Path) -> None:
    found = traced(tmp_path, ORDERS, STG, TOTAL)
    day = found.edges("model.p.stg")["day"]
    assert day.decides == (RowEdge("model.p.total", "day", "grouped by", "day"),)
    (filtered,) = found.rows_by("model.p.stg")
    assert (filtered.relation, filtered.column, filtered.role) == ("source.p.orders", "day", "filtered by")


def test_a_source_lists_its_columns_with_what_they_feed(tmp_path: Path) -> None:
    found = traced(tmp_path, ORDERS, STG)
    edges = found.edges("source.p.orders")
    assert list(edges) == ["id", "Net", "day"]
    assert (edges["id"].kind, edges["id"].feeds) == ("", (ColumnEdge("model.p.stg", "order_id", "renamed"),))


def test_neighbours_are_told_without_the_relation_itself(tmp_path: Path) -> None:
    itself = model("self", "select id from raw.orders union all select id from dw.self", reads=("raw.orders",))
    found = traced(tmp_path, ORDERS, itself)
    assert (found.upstream("model.p.self"), found.downstream("model.p.self")) == (("source.p.orders",), ())
    assert found.downstream("source.p.orders") == ("model.p.self",)


def test_a_relation_of_which_only_rows_are_counted_is_read(tmp_path: Path) -> None:
    counted = model("counted", "select count(*) as orders from raw.orders", reads=("raw.orders",))
    assert traced(tmp_path, ORDERS, counted).upstream("model.p.counted") == ("source.p.orders",)


def test_what_was_never_compiled_reads_what_dbt_says(tmp_path: Path) -> None:
    blind = replace(model("blind", reads=("raw.orders",)), unresolved=("It was never compiled.",))
    found = traced(tmp_path, ORDERS, blind)
    assert found.upstream("model.p.blind") == ("source.p.orders",)
    assert found.unresolved("model.p.blind") == ("It was never compiled.",)
    assert found.edges("model.p.blind") == {}


@pytest.mark.parametrize(
    ("changed", "whose"),
    [
        (replace(STG, queries=("select id as order_id, net + 1 as Net, day from raw.orders",)), {"stg", "orders"}),
        (replace(TOTAL, queries=("select day, max(net) as net from dw.stg group by day",)), {"stg", "total"}),
        (replace(STG, label="staging.stg"), {"orders", "total"}),
        (replace(STG, queries=(f"{STG.queries[0]}  -- the same\n",)), set()),
        (replace(OTHER, queries=("select day from raw.orders",)), {"orders", "other"}),
    ],
    ids=["its own SQL", "a reader's SQL", "a neighbour's name", "a comment", "another reader"],
)
def test_a_fingerprint_changes_with_the_relation_and_its_neighbours(
    tmp_path: Path, changed: ProjectNode, whose: set[str]
) -> None:
    nodes = {node.unique_id: node for node in (ORDERS, STG, TOTAL, OTHER)}
    before = traced(tmp_path, *nodes.values())
    after = traced(tmp_path, *(nodes | {changed.unique_id: changed}).values())
    others = {key for key in nodes if before.fingerprint(key) != after.fingerprint(key)}
    assert {key.rpartition(".")[2] for key in others} == whose


def test_a_fingerprint_is_the_same_whether_lineage_was_analysed_or_found_again(tmp_path: Path) -> None:
    first, again = traced(tmp_path, ORDERS, STG), traced(tmp_path, ORDERS, STG)
    assert first.fingerprint("model.p.stg") == again.fingerprint("model.p.stg")


def test_a_fingerprint_changes_with_a_type_and_so_does_that_of_a_copy(tmp_path: Path) -> None:
    before = traced(tmp_path / "a", ORDERS, STG, OTHER)
    after = traced(tmp_path / "b", replace(ORDERS, columns={**(ORDERS.columns or {}), "Net": "double"}), STG, OTHER)
    others = {
        key for key in ("orders", "stg", "other") if before.fingerprint(full(key)) != after.fingerprint(full(key))
    }
    assert others == {"orders", "stg"}


# Edges that are kept


def forgetful(graph: LineageGraph) -> LineageGraph:
    """The same, but no lineage can be decoded any more."""

    def fail() -> NoReturn:
        raise AssertionError("lineage was decoded")

    return LineageGraph({key: replace(node, load=fail) for key, node in graph.nodes.items()})


def test_edges_are_read_back_without_decoding_lineage(tmp_path: Path) -> None:
    graph = load(tmp_path, ORDERS, STG, TOTAL)
    found = read_edges(graph, tmp_path)
    assert found == read_edges(forgetful(graph), tmp_path)
    assert found["model.p.total"] == NodeEdges(("day", "net"), ((0,), (1,)), (("model.p.stg", ("day", "net")),))


@pytest.mark.parametrize("damage", [b"no database at all, but long enough to be taken for a header" * 20, b""])
def test_a_damaged_file_of_edges_is_begun_anew(tmp_path: Path, damage: bytes) -> None:
    graph, file = load(tmp_path, ORDERS, STG), tmp_path / FILE
    found = read_edges(graph, tmp_path)
    file.write_bytes(damage)
    assert read_edges(graph, tmp_path) == found
    assert read_edges(forgetful(graph), tmp_path) == found


def test_edges_of_another_version_are_begun_anew(tmp_path: Path) -> None:
    graph, file = load(tmp_path, ORDERS, STG), tmp_path / FILE
    found = read_edges(graph, tmp_path)
    with sqlite3.connect(file) as connection:
        connection.execute("update kinds set version = 'other' where name = 'edges'")
    with pytest.raises(AssertionError, match="decoded"):
        read_edges(forgetful(graph), tmp_path)
    assert read_edges(graph, tmp_path) == found


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert read_edges(load(tmp_path, ORDERS, STG), tmp_path / "file")


def test_edges_that_no_build_used_for_long_are_dropped(tmp_path: Path) -> None:
    for number in range(30):
        query = f"select id + {number} as id from raw.orders"
        read_edges(load(tmp_path, ORDERS, model("a", query, reads=("raw.orders",))), tmp_path)
    edges = "select count(*) from entries where kind = (select id from kinds where name = 'edges')"
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert 0 < connection.execute(edges).fetchone()[0] < 20


# What flows


def mart(name: str, query: str, *reads: str) -> ProjectNode:
    return replace(model(name, query, reads=reads), layer=Layer.MART)


SHOP = (
    ORDERS,
    source("stores", {"id": "integer", "city": "varchar"}),
    model("fct", "select id, net, net * 2 as twice, 1 as one from raw.orders", reads=("raw.orders",)),
    model("dim", "select s.id, s.city, o.day from raw.stores s join raw.orders o using (id)", reads=("raw.stores",)),
    mart("daily", "select f.twice, f.one, o.day from dw.fct f join raw.orders o on o.id = f.id", "fct", "raw.orders"),
    mart("weekly", "select twice, daily.day, d.city from dw.daily join dw.dim d on true", "daily", "dim"),
)
GROUPS = {"orders": "shop", "stores": "places", "fct": "sales", "dim": "store", "daily": "reports", "weekly": "reports"}


def grouped(graph: LineageGraph, names: Mapping[str, str]) -> dict[str, Group]:
    return {
        key: Group(SIDE_OF_LAYER[node.project.layer], names.get(node.project.name, "all"))
        for key, node in graph.nodes.items()
    }


def flowing(folder: Path, *nodes: ProjectNode, names: Mapping[str, str] = GROUPS) -> Flows:
    graph = load(folder, *nodes)
    return flows_of(graph, read_edges(graph, folder), grouped(graph, names))


def bands(flows: Flows) -> dict[tuple[str, str], int]:
    return {(flow.source.name, flow.target.name): flow.columns for flow in flows.bands()}


def test_a_band_is_as_wide_as_the_columns_that_flow(tmp_path: Path) -> None:
    assert bands(flowing(tmp_path, *SHOP)) == {
        ("shop", "sales"): 3,  # id, net, twice; `one` is from nowhere
        ("shop", "store"): 1,  # day; the id of an inner join is the left one's
        ("places", "store"): 2,
        ("sales", "reports"): 3,  # twice and one of daily, twice of weekly
        ("store", "reports"): 1,
        ("shop", "reports"): 2,  # day, which daily takes from the lake, and weekly from daily
    }


def test_a_band_names_the_relations_that_it_ends_in(tmp_path: Path) -> None:
    (store,) = (flow for flow in flowing(tmp_path, *SHOP).bands() if flow.source == Group("subject", "store"))
    assert store.relations == ("model.p.weekly",)


def test_a_column_from_two_groups_that_are_shown_as_one_counts_once(tmp_path: Path) -> None:
    both = model("both", "select o.id + s.id as id from raw.orders o, raw.stores s", reads=("raw.orders", "raw.stores"))
    flows = flowing(tmp_path, *SHOP[:2], both)
    assert bands(flows) == {("shop", "all"): 1, ("places", "all"): 1}
    together = flows.bands(lambda group: Group("source", "") if group.side == "source" else group)
    assert [(flow.source.name, flow.columns) for flow in together] == [("", 1)]


def test_a_relation_that_reads_itself_keeps_all_that_it_ever_had(tmp_path: Path) -> None:
    grown = model(
        "fct", "select day, id from raw.orders union all select id, null from dw.fct", reads=("raw.orders", "fct")
    )
    later = model("later", "select day from dw.fct", reads=("fct",))
    assert bands(flowing(tmp_path, ORDERS, grown, later)) == {("shop", "sales"): 2, ("shop", "all"): 1}


def test_relations_that_read_each_other_are_followed_to_the_end(tmp_path: Path) -> None:
    a = model("fct", "select id, other from raw.orders union all select other, id from dw.dim", reads=("raw.orders",))
    b = model("dim", "select id, id as other from dw.fct", reads=("fct",))
    assert bands(flowing(tmp_path, ORDERS, a, b)) == {("shop", "sales"): 2, ("shop", "store"): 2}


def test_bands_are_what_walking_up_from_every_column_finds(tmp_path: Path) -> None:
    graph = load(tmp_path, *SHOP)
    groups = grouped(graph, GROUPS)
    found = {
        (group.name, groups[key].name, key, column.name)
        for key, node in graph.nodes.items()
        for column in node.lineage.columns
        for group in (groups[step.column.relation] for step in walk_up(graph, ColumnName(key, column.name)))
        if (group.side, groups[key].side) in {("source", "subject"), ("subject", "use")}
    }
    flows = flows_of(graph, read_edges(graph, tmp_path), groups)
    indirect = {ends: number for ends, number in bands(flows).items() if ends != ("shop", "reports")}
    assert indirect == {
        ends: sum(ends == each[:2] for each in found) for ends in {(source, target) for source, target, *_ in found}
    }


# What joins tie


def ties(folder: Path, query: str) -> Mapping[str, tuple[Join, ...]]:
    graph = load(folder, *SHOP[:2], model("m", query, reads=("raw.orders", "raw.stores")))
    return joins_of({"m": edges_of(graph.nodes["model.p.m"].lineage)})


@pytest.mark.parametrize(
    "written",
    [
        "raw.orders o join raw.stores s on o.ID = s.id and s.city = 'Oslo'",
        'raw.orders as "o" join raw.stores as s on "o"."id" = s."id"',
        "raw.orders o join raw.stores s using (id)",
        "raw.orders o, raw.stores s where o.id = s.id",
    ],
)
def test_a_join_ties_columns_from_both_ends(tmp_path: Path, written: str) -> None:
    found = ties(tmp_path, f"select o.net from {written}")
    assert found["source.p.orders"] == (Join(("id",), "source.p.stores", ("id",), plain=True),)
    assert found["source.p.stores"] == (Join(("id",), "source.p.orders", ("id",), plain=True),)


def test_a_key_of_several_columns_is_one_tie(tmp_path: Path) -> None:
    found = ties(tmp_path, "select o.net from raw.orders o join raw.stores s on o.id = s.id and o.day = s.city")
    assert found["source.p.orders"] == (Join(("id", "day"), "source.p.stores", ("id", "city"), plain=True),)


def test_what_is_no_equation_of_columns_ties_nothing(tmp_path: Path) -> None:
    assert not ties(tmp_path, "select o.net from raw.orders o join raw.stores s on o.id < s.id and o.net = s.id + 1")


def test_what_a_compared_value_is_computed_from_is_no_key(tmp_path: Path) -> None:
    query = (
        "with parts as (select upper(net) as id from raw.orders) select s.city from parts join raw.stores s using (id)"
    )
    assert not ties(tmp_path, query)
