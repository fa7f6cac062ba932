"""What is analysed again: what changed, and what depends on columns that changed; never too little."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ribbon.lineage.nodes import ProjectNode
from tests.lineage_projects import ALL, Columns, analysed, load, model, origin, shop, source


def test_nothing_is_analysed_again_where_nothing_changed(tmp_path: Path) -> None:
    assert analysed(tmp_path, shop()) == ALL
    assert analysed(tmp_path, shop()) == set()


def test_what_comes_from_the_cache_is_what_the_analysis_found(tmp_path: Path) -> None:
    fresh, kept = load(tmp_path, *shop().values()), load(tmp_path, *shop().values())
    assert {key: (node.lineage, node.columns, node.reads) for key, node in fresh.nodes.items()} == {
        key: (node.lineage, node.columns, node.reads) for key, node in kept.nodes.items()
    }


def test_sql_that_changes_but_gives_the_same_columns_is_analysed_alone(tmp_path: Path) -> None:
    analysed(tmp_path, nodes := shop())
    changed = replace(nodes["named"], queries=("select id, net from raw.orders where net > 0",))
    assert analysed(tmp_path, nodes | {"named": changed}) == {"named"}


def test_a_new_column_upstream_concerns_those_that_take_all_and_nobody_who_names_his(tmp_path: Path) -> None:
    analysed(tmp_path, nodes := shop())
    wider = replace(nodes["orders"], columns={**(nodes["orders"].columns or {}), "store": "text"})
    assert analysed(tmp_path, nodes | {"orders": wider}) == {"starred"}


def test_a_column_that_goes_concerns_who_named_it_and_who_took_all(tmp_path: Path) -> None:
    analysed(tmp_path, nodes := shop())
    narrower = replace(nodes["orders"], columns={"id": "integer", "day": "date"})
    # Even the reader of `named`: the column it takes has lost its type.
    assert analysed(tmp_path, nodes | {"orders": narrower}) == ALL


def test_a_type_concerns_only_those_that_asked_for_the_column(tmp_path: Path) -> None:
    analysed(tmp_path, nodes := shop())
    other = replace(nodes["orders"], columns={"id": "integer", "net": "integer", "day": "timestamp"})
    assert analysed(tmp_path, nodes | {"orders": other}) == {"starred"}
    other = replace(nodes["orders"], columns={"id": "integer", "net": "double", "day": "date"})
    assert analysed(tmp_path, nodes | {"orders": other}) == {"named", "starred", "named_reader", "starred_reader"}


def test_a_models_own_type_concerns_its_readers_and_not_itself(tmp_path: Path) -> None:
    analysed(tmp_path, nodes := shop())
    typed = replace(nodes["named"], columns={"net": "decimal(12,2)"})
    assert analysed(tmp_path, nodes | {"named": typed}) == {"named_reader"}
    assert load(tmp_path, *(nodes | {"named": typed}).values()).nodes["model.p.named"].columns == {
        "id": "integer",
        "net": "decimal(12,2)",
    }


def test_a_column_that_comes_to_be_where_the_query_looked_for_it_is_seen(tmp_path: Path) -> None:
    left, right = source("a", {"id": "integer"}), source("b", {"id": "integer", "extra": "integer"})
    both = model("both", "select extra from raw.a join raw.b on a.id = b.id", reads=("raw.a", "raw.b"))
    assert not load(tmp_path, left, right, both).unresolved
    ambiguous = load(tmp_path, replace(left, columns={"id": "integer", "extra": "integer"}), right, both)
    assert "model.p.both" in ambiguous.unresolved


def test_going_back_to_a_state_that_was_analysed_costs_nothing(tmp_path: Path) -> None:
    nodes = shop()
    wider = nodes | {"orders": replace(nodes["orders"], columns={"id": "integer", "net": "integer", "new": "text"})}
    for state in (nodes, wider):
        analysed(tmp_path, state)
    assert analysed(tmp_path, nodes) == set()
    assert analysed(tmp_path, wider) == set()


def test_another_dialect_is_another_analysis(tmp_path: Path) -> None:
    analysed(tmp_path, shop())
    assert analysed(tmp_path, shop(), dialect="bigquery") == ALL


def test_a_new_version_of_the_analysis_starts_anew_and_clears_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed(tmp_path, shop())
    before = cached(tmp_path)
    monkeypatch.setattr("ribbon.store.version", lambda _: "99.0")
    assert analysed(tmp_path, shop()) == ALL
    after = cached(tmp_path)
    assert len(after) == len(before) == len(ALL)
    assert after.isdisjoint(before)


def cached(folder: Path) -> set[int]:
    """The ids of all entries of the one file in the folder."""
    (file,) = folder.iterdir()
    with closing(sqlite3.connect(file)) as connection:
        return {number for (number,) in connection.execute("select id from entries")}


def test_a_relation_that_moves_is_not_taken_for_the_one_it_was(tmp_path: Path) -> None:
    sly = model("sly", "select id from raw.orders")
    orders = source("orders", {"id": "integer"})
    assert origin(load(tmp_path, sly, orders), "sly") == "source.p.orders.id"
    moved = replace(orders, path=("db", "elsewhere", "orders"))
    assert origin(load(tmp_path, sly, moved), "sly") == "raw.orders.id"
    assert origin(load(tmp_path, sly, orders), "sly") == "source.p.orders.id"


def test_names_of_the_result_count_where_the_sql_alone_does_not_tell(tmp_path: Path) -> None:
    nodes = {
        "mystery": source("mystery", None),
        "star": model("star", "select * from raw.mystery", reads=("raw.mystery",)),
    }
    assert analysed(tmp_path, nodes) == {"star"}
    named = nodes | {"star": replace(nodes["star"], columns={"a": "integer"})}
    assert analysed(tmp_path, named) == {"star"}
    assert analysed(tmp_path, named) == set()


QUERIES = (
    "select id, net from raw.orders",
    "select * from raw.orders",
    "select ID, o.net + 1 as net, day from raw.orders as o where net > 0",
    "select id, extra from raw.orders join raw.more using (id)",
    "select o.*, m.extra from raw.orders as o left join raw.more as m on o.id = m.id",
    "select * from dw.a",
    "select net, count(*) as n from dw.a group by net",
    "select net.inner as deep, id from dw.a",
)
TYPES: st.SearchStrategy[str | None] = st.sampled_from([None, "integer", "struct(inner integer)"])
COLUMNS = st.none() | st.dictionaries(st.sampled_from(["id", "ID", "net", "day", "extra"]), TYPES, min_size=1)
STATES = st.tuples(COLUMNS, COLUMNS, COLUMNS, st.sampled_from(QUERIES[:5]), st.sampled_from(QUERIES))


def at(state: tuple[Columns, Columns, Columns, str, str]) -> list[ProjectNode]:
    orders, more, given, first, second = state
    return [
        source("orders", orders),
        source("more", more),
        model("a", first, reads=("raw.orders", "raw.more"), columns=given),
        model("b", second, reads=("a", "raw.orders", "raw.more")),
        model("c", "select * from dw.b", reads=("b",)),
    ]


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(states=st.lists(STATES, min_size=2, max_size=5))
def test_whatever_changes_the_cache_never_changes_the_answer(
    tmp_path_factory: pytest.TempPathFactory, states: list[tuple[Columns, Columns, Columns, str, str]]
) -> None:
    kept = tmp_path_factory.mktemp("kept")
    for state in states:
        found, fresh = load(kept, *at(state)), load(tmp_path_factory.mktemp("fresh"), *at(state))
        for key, node in fresh.nodes.items():
            ours = found.nodes[key]
            assert (ours.lineage, ours.columns, ours.unresolved) == (node.lineage, node.columns, node.unresolved)
