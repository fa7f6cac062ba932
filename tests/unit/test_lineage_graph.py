"""The graph of columns, and how it comes from nodes and their SQL."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from ribbon.lineage import LineageGraph
from ribbon.lineage.analysis import merged
from ribbon.lineage.nodes import ColumnsFrom, ProjectNode
from ribbon.lineage.scheduling import Order
from ribbon.model import Asked, ColumnLineage, ColumnName, Kind, Origin, QueryLineage, Role, RowOrigin, Unresolved
from tests.lineage_projects import load, model, source

ORDERS = source("orders", {"id": "integer", "Net": "decimal(12,2)", "day": "date"})


def name(relation: str, column: str) -> ColumnName:
    return ColumnName(f"model.p.{relation}", column)


def origins(graph: LineageGraph, relation: str, column: str) -> list[tuple[str, Kind]]:
    return [(str(origin.column), origin.kind) for origin in graph.origins(name(relation, column))]


@pytest.fixture
def graph(tmp_path: Path) -> LineageGraph:
    stg = model(
        "stg", "select id as order_id, net, day from raw.orders where day > '2020-01-01'", reads=("raw.orders",)
    )
    total = model("total", "select day, sum(net) as net from dw.stg group by day", reads=("stg",))
    return load(tmp_path, ORDERS, stg, total)


def test_a_column_has_the_origins_that_its_sql_gives_it(graph: LineageGraph) -> None:
    assert origins(graph, "total", "net") == [("model.p.stg.Net", Kind.AGGREGATED)]
    assert origins(graph, "stg", "order_id") == [("source.p.orders.id", Kind.RENAMED)]


def test_readers_are_the_same_edges_seen_from_below(graph: LineageGraph) -> None:
    downwards = {
        (name, reader.column.column, reader.kind)
        for name in ("id", "Net", "day")
        for reader in graph.readers(ColumnName("source.p.orders", name))
    }
    assert downwards == {("id", "order_id", Kind.RENAMED), ("Net", "Net", Kind.COPIED), ("day", "day", Kind.COPIED)}


def test_rows_and_their_readers_stand_apart_from_values(graph: LineageGraph) -> None:
    assert [(str(row.column), row.role) for row in graph.rows("model.p.total")] == [("model.p.stg.day", Role.GROUPED)]
    filtered = graph.row_readers(ColumnName("source.p.orders", "day"))
    assert [(reader.relation, reader.role) for reader in filtered] == [("model.p.stg", Role.FILTERED)]


def test_columns_are_found_whatever_the_case(graph: LineageGraph) -> None:
    assert graph.origins(name("total", "NET")) == graph.origins(name("total", "net"))
    assert graph.readers(ColumnName("source.p.orders", "nET"))
    assert graph.nodes["source.p.orders"].spelled("NET") == "Net"


def test_what_is_not_there_has_neither_origins_nor_readers(graph: LineageGraph) -> None:
    nowhere = ColumnName("model.p.nowhere", "x")
    assert (graph.origins(nowhere), graph.readers(nowhere), graph.rows("model.p.nowhere")) == ((), (), ())
    assert graph.origins(name("total", "nothing")) == ()


def test_types_go_along_with_copies_and_end_at_expressions(tmp_path: Path) -> None:
    a = model("a", "select id as number, Net + 1 as more from raw.orders", reads=("raw.orders",))
    b = model("b", "select * from dw.a", reads=("a",))
    assert load(tmp_path, ORDERS, a, b).nodes["model.p.b"].columns == {"number": "integer", "more": None}


def test_the_nodes_own_word_on_a_type_comes_first(tmp_path: Path) -> None:
    a = model("a", "select id, Net from raw.orders", reads=("raw.orders",), columns={"ID": "bigint"})
    assert load(tmp_path, ORDERS, a).nodes["model.p.a"].columns == {"id": "bigint", "Net": "decimal(12,2)"}


def test_both_branches_of_an_incremental_model_count(tmp_path: Path) -> None:
    first = "select id, net from raw.orders"
    later = "select id, net from raw.orders where day >= (select max(this.id) from dw.inc as this)"
    graph = load(tmp_path, ORDERS, model("inc", first, later, reads=("raw.orders",)))
    assert not graph.unresolved
    assert {(str(row.column), row.role) for row in graph.rows("model.p.inc")} == {
        ("source.p.orders.day", Role.FILTERED),
        ("model.p.inc.id", Role.FILTERED),
    }


def test_a_later_branch_reads_its_own_table_with_the_columns_of_the_first(tmp_path: Path) -> None:
    later = "select o.id, o.net from raw.orders as o left join (select * from dw.inc) as old on o.id = old.net"
    graph = load(tmp_path, ORDERS, model("inc", "select id, net from raw.orders", later, reads=("raw.orders",)))
    assert not graph.unresolved
    assert [reader.relation for reader in graph.row_readers(name("inc", "net"))] == ["model.p.inc"]


def test_a_later_branch_takes_all_columns_of_its_own_table_as_the_first_branch_made_them(tmp_path: Path) -> None:
    later = "select * from dw.inc union all select id, net from raw.orders"
    graph = load(tmp_path, ORDERS, model("inc", "select id, net from raw.orders", later, reads=("raw.orders",)))
    assert not graph.unresolved
    assert origins(graph, "inc", "net") == [("source.p.orders.Net", Kind.COPIED), ("model.p.inc.Net", Kind.COPIED)]


def test_a_first_branch_that_reads_its_own_table_says_nothing_of_its_columns(tmp_path: Path) -> None:
    first, later = "select id from dw.inc", "select * from dw.inc"
    inc = model("inc", first, later, columns={"id": "bigint", "net": "double"})
    assert load(tmp_path, inc).nodes["model.p.inc"].columns == {"id": "bigint", "net": "double"}


def test_a_relation_that_dbt_was_not_told_of_is_found_by_its_full_name(tmp_path: Path) -> None:
    sly = model("a_sly_one", "select * from dw.stg")
    stg = model("stg", "select id from raw.orders", reads=("raw.orders",))
    graph = load(tmp_path, sly, stg, ORDERS)
    assert origins(graph, "a_sly_one", "id") == [("model.p.stg.id", Kind.COPIED)]
    assert not graph.unresolved
    assert load(tmp_path, sly, stg, ORDERS).analysed == ()


def test_a_bare_name_is_not_taken_for_a_model_that_happens_to_be_called_so(tmp_path: Path) -> None:
    stg = model("stg", "select id from raw.orders", reads=("raw.orders",))
    graph = load(tmp_path, model("other", "select id from stg"), stg, ORDERS)
    assert origins(graph, "other", "id") == [("stg.id", Kind.COPIED)]


def test_models_that_name_each_other_past_dbt_come_to_an_end(tmp_path: Path) -> None:
    one, two = model("one", "select x from dw.two"), model("two", "select x from dw.one")
    after = model("after", "select x from dw.two", reads=("two",))
    graph = load(tmp_path, after, one, two)
    assert origins(graph, "one", "x") == [("model.p.two.x", Kind.COPIED)]
    assert origins(graph, "two", "x") == [("model.p.one.x", Kind.COPIED)]
    assert origins(graph, "after", "x") == [("model.p.two.x", Kind.COPIED)]


def test_what_has_no_sql_keeps_the_columns_it_is_known_by_and_says_why(tmp_path: Path) -> None:
    script = replace(model("script", columns={"score": "double"}), unresolved=("It is a Python model.",))
    graph = load(tmp_path, script, model("reader", "select * from dw.script", reads=("script",)))
    assert graph.unresolved == {"model.p.script": (Unresolved(None, "It is a Python model."),)}
    assert origins(graph, "reader", "score") == [("model.p.script.score", Kind.COPIED)]


def declared(name: str, columns: dict[str, str | None]) -> ProjectNode:
    """A source of which only YAML tells, which may leave columns out."""
    return replace(source(name, columns), columns_from=ColumnsFrom.DECLARED)


def test_a_column_that_yaml_leaves_out_is_taken_as_it_is_asked_for(tmp_path: Path) -> None:
    half = declared("half", {"id": "integer"})
    imported = "with half as (select * from raw.half)"
    sql = f"{imported} select half.id, half.day, extra from half join raw.orders as o on half.id = o.id"
    reader = model("reader", sql, reads=("raw.half", "raw.orders"))
    graph = load(tmp_path, half, ORDERS, reader)
    assert not graph.unresolved
    assert [origins(graph, "reader", column)[0][0] for column in ("id", "day", "extra")] == [
        "source.p.half.id",
        "source.p.half.day",
        "source.p.half.extra",
    ]
    sure = replace(half, columns_from=ColumnsFrom.CATALOG)
    assert "model.p.reader" in load(tmp_path, sure, ORDERS, reader).unresolved


def test_a_star_from_what_only_yaml_tells_of_takes_what_it_lists(tmp_path: Path) -> None:
    half = declared("half", {"id": "integer"})
    graph = load(tmp_path, half, model("reader", "select * from raw.half", reads=("raw.half",)))
    assert graph.nodes["model.p.reader"].columns == {"id": "integer"}


def test_a_star_from_unknown_columns_falls_back_on_what_is_known_of_the_model(tmp_path: Path) -> None:
    unknown = source("mystery", None)
    known = model("known", "select * from raw.mystery", reads=("raw.mystery",), columns={"a": "integer", "b": None})
    reader = model("reader", "select * from dw.known", reads=("known",))
    assert list(load(tmp_path, unknown, known, reader).nodes["model.p.reader"].columns or ()) == ["a", "b"]


def test_a_defect_of_the_analysis_is_told_and_hides_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stumbling = model("stumbling", "select 1 as one")
    monkeypatch.setattr("ribbon.lineage.analysis.analyse", lambda *_: 1 / 0)
    (gap,) = load(tmp_path, stumbling).unresolved["model.p.stumbling"]
    assert "ZeroDivisionError" in gap.reason


def test_parents_come_before_children_in_every_order_they_are_named() -> None:
    parents = {"a": (), "b": ("a",), "c": ("a", "b"), "d": ("c", "elsewhere")}
    for keys in permutations(parents):
        order, seen = Order({key: parents[key] for key in keys}), []
        for key in order.ready():
            seen.append(key)
            order.done(key)
        assert seen == ["a", "b", "c", "d"]


def test_who_is_postponed_comes_again_and_rings_are_cut_where_they_were_made() -> None:
    order = Order({"a": (), "b": (), "after": ("b",)})
    handed = order.ready()
    assert (next(handed), next(handed)) == ("a", "b")
    order.postpone("a", ["b"])
    order.postpone("b", ["a"])
    assert list(handed) == []
    assert order.cut() == "a"
    order.done("a")
    assert list(order.ready()) == ["b"]


def _column(column: str, kind: Kind, *expressions: str) -> ColumnLineage:
    return ColumnLineage(column, kind, (Origin(ColumnName("t", "x"), kind, expressions),))


def test_merged_queries_unite_by_name_with_the_heaviest_kind() -> None:
    one = QueryLineage(columns=(_column("a", Kind.COPIED), _column("b", Kind.COPIED)))
    two = QueryLineage(columns=(_column("c", Kind.RENAMED), _column("A", Kind.COMPUTED, "x + 1")), complete=False)
    both = merged([one, two])
    assert both.columns == (_column("a", Kind.COMPUTED, "x + 1"), _column("b", Kind.COPIED), _column("c", Kind.RENAMED))
    assert not both.complete


def test_merged_queries_tell_the_same_thing_once_and_ask_for_all_that_any_asks() -> None:
    row, gap = RowOrigin(ColumnName("t", "x"), Role.FILTERED, "x > 1"), Unresolved("a", "nobody knows")
    one = QueryLineage(rows=(row,), unresolved=(gap,), asked=(Asked("t", ("x",)), Asked("u", None)))
    two = QueryLineage(rows=(row,), unresolved=(gap,), asked=(Asked("t", ("y", "x")), Asked("u", ("z",))))
    both = merged([one, two])
    assert (both.rows, both.unresolved) == ((row,), (gap,))
    assert both.asked == (Asked("t", ("x", "y")), Asked("u", None))
