"""The front page and the pages of subjects and sources, from the artifacts of a small project."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ribbon.catalog.facts.column_lineage import ColumnLineage
from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.flows import flows_of
from ribbon.catalog.facts.groups import Group
from ribbon.catalog.facts.history import read_history
from ribbon.catalog.facts.lineage_edges import read_edges
from ribbon.catalog.facts.usage import QueryUsage
from ribbon.catalog.load.groups import (
    HealthCounts,
    Listing,
    Member,
    by_group,
    front_view,
    group_pages,
    group_views,
    groups_of,
    member_of,
)
from ribbon.catalog.load.health import health_view
from ribbon.catalog.load.subject import Diagrams, joins_of, subject_view
from ribbon.catalog.views import FrontView, Health, KeyColumn, RelationshipView, SubjectView
from ribbon.config import ProjectPaths
from ribbon.lineage import load_lineage
from ribbon.project import read_project
from ribbon.usage import load_usage
from ribbon.verdict import Reason, Verdict
from tests.manifests import column, model, source, write_manifest

Manifest = Mapping[str, Any]

ORDERS = source("till", "orders", columns={**column("id", "integer"), **column("store", "integer"), **column("net")})
STORES = source("till", "stores", columns={**column("id", "integer"), **column("city", "varchar")})
FCT = model(
    "fct_sale",
    "select id as sale_id, store as store_id, net from db.till.orders",
    folder="warehouse/sales",
    parents=[ORDERS["unique_id"]],
)
DIM = model(
    "dim_store",
    "select id as store_id, city from db.till.stores",
    folder="warehouse/store",
    parents=[STORES["unique_id"]],
)
DAILY = model(
    "store_daily",
    "select d.city, sum(f.net) as net from db.main.fct_sale f join db.main.dim_store d using (store_id) group by 1",
    folder="mart/sales",
    parents=[FCT["unique_id"], DIM["unique_id"]],
)
OTHER_FCT = model("fct_return", "select id from db.till.orders", folder="warehouse/sales")
PROJECT = (ORDERS, STORES, FCT, DIM, DAILY)


def expects(node: Manifest, name: str, column_name: str | None = None, **arguments: Any) -> Manifest:
    """A data test of a node. arguments: those of the test; `where` of its configuration, `reads` for what it reads."""
    where, reads = arguments.pop("where", None), arguments.pop("reads", [])
    said = {"column_name": column_name, **arguments} if column_name else arguments
    return {
        "unique_id": f"test.shop.{name}_{node['name']}_{column_name}",
        "resource_type": "test",
        "name": f"{name}_{node['name']}_{column_name}",
        "package_name": "shop",
        "original_file_path": "models/contracts.yml",
        "column_name": column_name,
        "attached_node": node["unique_id"],
        "depends_on": {"macros": [], "nodes": [*reads, node["unique_id"]]},
        "test_metadata": {"name": name, "kwargs": said, "namespace": None},
        "config": {"where": where},
    }


class Shop:
    """The facts of a project of these nodes, and what is composed of them."""

    def __init__(
        self, folder: Path, nodes: Sequence[Manifest], results: Mapping[str, str] | None = None, run: int = 1
    ) -> None:
        (folder / "dbt_project.yml").write_text("name: shop\n")
        target = write_manifest(folder / "target", nodes)
        if results:
            (target / "run_results.json").write_text(json.dumps(_run_results(results, run)))
        self.graph = load_lineage(folder, target, workers=1)
        self.documented = Documents(read_project(ProjectPaths(folder, folder / "data"), target), self.graph)
        self.traced = ColumnLineage(self.graph)
        self.edges = read_edges(self.graph, target)
        self.groups = groups_of(self.documented)
        self.flows = flows_of(self.graph, self.edges, self.groups)
        project = ProjectPaths(folder, folder / "data")
        nodes_ = {key: node.project for key, node in self.graph.nodes.items()}
        self.measured = read_history(project, target, nodes_, self.documented.tested, date(2026, 1, 2))
        self.used = QueryUsage(load_usage(project))

    def member(self, uid: str) -> Member:
        return member_of(uid, self.traced, self.measured, self.used)

    def front(self, members: Mapping[str, Member] | None = None, late: Sequence[str] = ()) -> FrontView:
        found = {uid: self.member(uid) for uid in self.documented.ids()} | dict(members or {})
        verdicts = {uid: Verdict("warn", (Reason("warn", "late", "no new data"),)) for uid in late}
        healths = HealthCounts(self.documented, self.measured, verdicts)
        return front_view(self.documented, self.groups, self.flows, found, healths)

    def subject(self, side: str, name: str) -> SubjectView:
        cases = self.documented.use_cases()
        group = Group(side, name)
        diagrams = Diagrams(self.documented, self.traced, joins_of(self.edges))
        healths = HealthCounts(self.documented, self.measured, {})
        members = {uid: self.member(uid) for uid in self.documented.ids()}
        listing = Listing(self.documented, self.measured, members, healths)
        views = group_views(self.groups, members, self.documented, healths)
        listed = listing.of(by_group(self.groups, cases)[group])
        return subject_view(group, listed, views, self.flows.bands(), diagrams)


def _run_results(statuses: Mapping[str, str], run: int) -> dict[str, Any]:
    at = f"2026-01-02T03:04:0{run}Z"
    results = [
        {
            "unique_id": key,
            "status": status,
            "execution_time": 1.0,
            "message": None,
            "failures": 1 if status == "fail" else 0,
            "timing": [{"completed_at": at}],
            "adapter_response": {"rows_affected": 7},
        }
        for key, status in statuses.items()
    ]
    metadata = {"generated_at": at, "invocation_id": str(run)}
    return {"metadata": metadata, "results": results, "elapsed_time": 1.0, "args": {"which": "build"}}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path, PROJECT)


def test_the_front_page_has_a_group_for_each_system_subject_and_use(shop: Shop) -> None:
    groups = {view.key: (view.label, view.page, view.relations, view.columns) for view in shop.front().groups}
    assert groups == {
        "source/till": ("till", "source/till.html", 2, 5),
        "subject/sales": ("Sales", "subject/sales.html", 1, 3),
        "subject/store": ("Store", "subject/store.html", 1, 2),
        "use/sales": ("Sales", "use/sales.html", 1, 2),
    }


def test_a_source_system_is_described_as_the_project_describes_it(tmp_path: Path) -> None:
    told = {**ORDERS, "source_description": "The tills of all stores."}
    (system,) = (view for view in Shop(tmp_path, (told,)).front().groups if view.side == "source")
    assert system.description == "The tills of all stores."


def test_bands_carry_columns_rows_and_queries(shop: Shop) -> None:
    bands = {
        (band.source, band.target): (band.columns, band.rows, band.queries)
        for band in shop.front({DAILY["unique_id"]: Member(2, rows=30, queries=4)}).bands
    }
    assert bands == {
        ("source/till", "subject/sales"): (3, 0, 0),
        ("source/till", "subject/store"): (2, 0, 0),
        ("subject/sales", "use/sales"): (1, 30, 4),
        ("subject/store", "use/sales"): (1, 30, 4),
    }


def test_health_is_seen_on_the_group_and_on_the_whole(tmp_path: Path) -> None:
    kept, broken, never = (expects(DIM, name, "store_id") for name in ("unique", "not_null", "accepted_values"))
    results = {kept["unique_id"]: "pass", broken["unique_id"]: "fail", FCT["unique_id"]: "error"}
    front = Shop(tmp_path, (*PROJECT, kept, broken, never), results).front(late=[ORDERS["unique_id"]])
    healths = {view.key: view.health for view in front.groups}
    assert healths["subject/store"] == Health(passing=1, failing=1, never=1)
    assert healths["subject/sales"] == Health(broken=1)
    assert (healths["source/till"], healths["source/till"].status) == (Health(late=1, worst="warn"), "warn")
    assert front.health == Health(passing=1, failing=1, never=1, late=1, broken=1, worst="warn")


def test_a_promise_of_several_relations_counts_once_in_each_group_and_on_the_whole(tmp_path: Path) -> None:
    agree = {**expects(DIM, "they_agree"), "attached_node": None, "test_metadata": None}
    agree["depends_on"] = {"macros": [], "nodes": [FCT["unique_id"], DIM["unique_id"], OTHER_FCT["unique_id"]]}
    shop = Shop(tmp_path, (*PROJECT, OTHER_FCT, agree), {agree["unique_id"]: "pass"})
    front, now = shop.front(), datetime(2026, 1, 2, tzinfo=UTC)
    healths = {view.key: view.health.passing for view in front.groups}
    assert (healths["subject/sales"], healths["subject/store"], front.health.passing) == (1, 1, 1)
    assert health_view(shop.documented, shop.measured, now).passing == front.health.passing


def test_what_was_skipped_since_it_failed_is_still_not_built(tmp_path: Path) -> None:
    Shop(tmp_path, PROJECT, {FCT["unique_id"]: "error"})
    shop = Shop(tmp_path, PROJECT, {FCT["unique_id"]: "skipped"}, run=2)
    assert shop.front().health == Health(broken=1)


def test_a_member_says_how_many_rows_were_built(tmp_path: Path) -> None:
    shop = Shop(tmp_path, PROJECT, {DAILY["unique_id"]: "success"})
    assert shop.member(DAILY["unique_id"]) == Member(columns=2, rows=7)


def test_the_smallest_of_too_many_groups_are_drawn_as_one(tmp_path: Path) -> None:
    systems = [source(f"s{number:02}", "t", columns={**column("a"), **column("b")}) for number in range(39)]
    small = [source(system, "t", columns=column("a")) for system in ("x", "y", "z")]
    both = model(
        "both", "select p.a || q.a as a from db.x.t p, db.y.t q", parents=["source.shop.x.t", "source.shop.y.t"]
    ) | {"fqn": ["shop", "warehouse", "all", "both"]}
    front = Shop(tmp_path, [*systems, *small, both]).front()
    sources = [view for view in front.groups if view.side == "source"]
    assert (len(sources), sources[-1].label, sources[-1].page, sources[-1].columns) == (40, "3 others", "", 3)
    assert {view.key for view in front.folded} == {"source/x", "source/y", "source/z"}
    (band,) = front.bands
    assert (band.source, band.columns) == (sources[-1].key, 1)  # one column, though two of the three feed it


def test_groups_whose_names_make_the_same_address_have_pages_of_their_own() -> None:
    pages = group_pages((Group("use", "a b"), Group("use", "a-b"), Group("subject", "a b")))
    assert len(set(pages.values())) == 3
    assert pages[Group("subject", "a b")] == "subject/a-b.html"


def test_a_list_says_what_each_relation_is_how_it_stands_and_when_it_was_built(tmp_path: Path) -> None:
    told, kept = {**DIM, "description": "One row per store."}, expects(DIM, "unique", "store_id")
    results = {DIM["unique_id"]: "success", kept["unique_id"]: "pass"}
    Shop(tmp_path, (STORES, told, kept), results)
    shop = Shop(tmp_path, (STORES, told, kept), {DIM["unique_id"]: "error"}, run=2)
    (each,) = shop.subject("subject", "store").relations
    assert (each.about, each.columns, each.rows) == ("One row per store.", 2, 7)
    assert each.health == Health(passing=1, broken=1)
    assert each.fresh == datetime(2026, 1, 2, 3, 4, 1, tzinfo=UTC)


def test_a_subject_lists_its_relations_and_what_flows(shop: Shop) -> None:
    view = shop.subject("subject", "store")
    assert [each.link.label for each in view.relations] == ["warehouse.dim_store"]
    assert view.sources == (("till", "source/till.html", 2),)
    assert view.uses == (("Sales", "use/sales.html", 1),)


# The entity diagram

KEY = expects(DIM, "unique", "store_id")
HELD = expects(FCT, "relationships", "store_id", to="ref('dim_store')", field="store_id", reads=[DIM["unique_id"]])


def ties(view: SubjectView) -> Sequence[RelationshipView]:
    return view.relationships


def test_a_relationship_that_is_tested_is_a_promise(tmp_path: Path) -> None:
    filled = expects(FCT, "not_null", "store_id")
    (tie,) = ties(Shop(tmp_path, (*PROJECT, KEY, HELD, filled)).subject("subject", "sales"))
    ends = (FCT["unique_id"], ("store_id",), DIM["unique_id"], ("store_id",))
    assert tie == RelationshipView(*ends, declared_by="test", cardinality="many to one", optional=False)
    assert not tie.inferred


def test_what_a_relation_points_at_elsewhere_stands_outside(tmp_path: Path) -> None:
    here, there = Shop(tmp_path, (*PROJECT, KEY, HELD)).subject("subject", "sales").entities
    assert (here.link.label, here.keys, here.columns) == (
        "warehouse.fct_sale",
        (KeyColumn("store_id", "integer", foreign=True),),
        3,
    )
    assert (there.link.label, there.outside) == ("warehouse.dim_store", True)
    assert there.keys == (KeyColumn("store_id", "integer", primary=True),)


def test_a_join_by_a_promised_key_is_an_inferred_relationship(tmp_path: Path) -> None:
    (tie,) = ties(Shop(tmp_path, (*PROJECT, KEY)).subject("subject", "sales"))
    assert (tie.target, tie.declared_by, tie.cardinality, tie.optional) == (
        DIM["unique_id"],
        "join",
        "many to one",
        True,
    )
    assert tie.inferred


def test_a_key_that_holds_for_some_rows_only_is_none(tmp_path: Path) -> None:
    partial = expects(DIM, "unique", "store_id", where="city is not null")
    shop = Shop(tmp_path, (*PROJECT, partial, HELD))
    (tie,) = ties(shop.subject("subject", "sales"))
    assert tie.cardinality == ""
    assert not shop.subject("subject", "store").entities


def test_where_nobody_promises_a_key_columns_of_one_name_are_tied(shop: Shop) -> None:
    (tie,) = ties(shop.subject("subject", "sales"))
    assert (tie.source_columns, tie.declared_by, tie.cardinality) == (("store_id",), "join", "")
    assert not ties(shop.subject("subject", "store"))  # told from one end


def test_of_many_with_the_same_key_the_one_that_is_joined_most_is_pointed_at(tmp_path: Path) -> None:
    copy = {**DIM, "unique_id": "model.shop.dim_copy", "name": "dim_copy", "alias": "dim_copy"}
    copy |= {"relation_name": '"db"."main"."dim_copy"', "fqn": ["shop", "warehouse", "sales", "dim_copy"]}
    other = model("fct_other", "select id as store_id from db.till.stores", folder="warehouse/sales")
    query = "select 1 as one from db.main.{} f join db.main.{} d using (store_id)"
    joins = [("fct_sale", "dim_copy"), ("fct_other", "dim_copy"), ("fct_sale", "dim_store")]
    readers = [
        model(f"reader_{number}", query.format(*ends), folder="mart/x", parents=[f"model.shop.{end}" for end in ends])
        for number, ends in enumerate(joins)
    ]
    keys = [expects(each, "unique", "store_id") for each in (DIM, copy)]
    shop = Shop(tmp_path, (ORDERS, STORES, FCT, DIM, copy, other, *readers, *keys))
    found = {(tie.source, tie.target) for tie in ties(shop.subject("subject", "sales"))}
    assert found == {(FCT["unique_id"], "model.shop.dim_copy"), ("model.shop.fct_other", "model.shop.dim_copy")}


def test_both_ends_promised_make_one_to_one(tmp_path: Path) -> None:
    (tie,) = ties(Shop(tmp_path, (*PROJECT, KEY, HELD, expects(FCT, "unique", "store_id"))).subject("subject", "sales"))
    assert tie.cardinality == "one to one"


def test_a_model_does_not_point_at_the_source_that_it_is_joined_with(tmp_path: Path) -> None:
    query = "select s.city, f.store_id as id from db.main.fct_sale f join db.till.stores s on f.store_id = s.id"
    reader = model("reader", query, folder="warehouse/sales", parents=[FCT["unique_id"], STORES["unique_id"]])
    shop = Shop(tmp_path, (ORDERS, STORES, FCT, reader, expects(STORES, "unique", "id")))
    assert not ties(shop.subject("subject", "sales"))
    assert not ties(shop.subject("source", "till"))


def test_a_key_of_several_columns_is_joined_by_all_of_them(tmp_path: Path) -> None:
    grain = expects(DIM, "expect_grain", columns=["store_id", "city"])
    query = "select f.net from db.main.{} f join db.main.dim_store d on f.store_id = d.store_id and f.city = d.city"
    towns = model("fct_town", "select 1 as store_id, 'x' as city, 2 as net", folder="warehouse/sales")
    both = model("both", query.format("fct_town"), folder="mart/x", parents=[towns["unique_id"], DIM["unique_id"]])
    (tie,) = ties(Shop(tmp_path, (STORES, DIM, towns, both, grain)).subject("subject", "sales"))
    assert (tie.source_columns, tie.cardinality) == (("store_id", "city"), "many to one")


def test_a_crowded_diagram_keeps_those_that_are_tied_most(tmp_path: Path) -> None:
    lone = [model(f"m{number:02}", "select 1 as id", folder="warehouse/sales") for number in range(41)]
    keys = [expects(each, "unique", "id") for each in lone]
    view = Shop(tmp_path, (ORDERS, STORES, FCT, DIM, DAILY, KEY, HELD, *lone, *keys)).subject("subject", "sales")
    assert (len([entity for entity in view.entities if not entity.outside]), view.left_out) == (40, 2)
    assert view.entities[0].link.unique_id == FCT["unique_id"]
