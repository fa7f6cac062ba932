"""What the catalog knows from dbt's artifacts: descriptions, columns, grain, promises in words, owners, uses, names."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ribbon.catalog.addresses import slugs_of
from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.groups import NO_USE
from ribbon.catalog.facts.references import Reference
from ribbon.catalog.views import Link
from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError
from ribbon.lineage import load_lineage
from ribbon.project import read_project
from ribbon.verdict import Freshness
from tests.manifests import column, data_test, model, source, write_manifest

ORDERS = "model.shop.orders"
Record = dict[str, Any]


def documented(folder: Path, nodes: Sequence[Record], **others: Any) -> Documents:
    """A project of these records, whose YAML is looked up in `folder`. catalog: columns with types, by unique id."""
    catalog = others.pop("catalog", {})
    target = write_manifest(folder / "target", nodes, **others)
    if catalog:
        (target / "catalog.json").write_text(json.dumps({"nodes": dict(map(_listed, catalog.items())), "sources": {}}))
    graph = load_lineage(folder, target, workers=1)
    return Documents(read_project(ProjectPaths(folder, folder / "data"), target), graph)


def _listed(entry: tuple[str, Mapping[str, str]]) -> tuple[str, Record]:
    uid, types = entry
    columns = {name: {"name": name, "type": kind, "index": at} for at, (name, kind) in enumerate(types.items())}
    return uid, {"columns": columns}


def exposure(name: str, *reads: str, **fields: Any) -> Record:
    owner = fields.pop("owner", {"name": "Ann", "email": "ann@example.com"})
    depends_on = {"nodes": [f"model.shop.{each}" for each in reads], "macros": []}
    uid = f"exposure.shop.{name}"
    return {"unique_id": uid, "name": name, "type": "dashboard", "owner": owner, "depends_on": depends_on, **fields}


def group(name: str, **meta: Any) -> Record:
    owner = {"name": "Sales", "email": ["sales@example.com", "two@example.com"]}
    return {"unique_id": f"group.shop.{name}", "name": name, "owner": owner, "config": {"meta": meta}}


@pytest.mark.parametrize("quoted", ["id", '"id"'])
def test_a_promise_says_the_same_however_a_version_of_dbt_keeps_its_arguments(tmp_path: Path, quoted: str) -> None:
    said = {"to": "ref('lines')", "field": "line_id"}
    orders, lines = model("orders", "select 1 as id"), model("lines", "select 1 as line_id")
    unique, reads = data_test("unique", "orders", quoted), ["model.shop.lines", ORDERS]
    for arguments in (said, {"arguments": said}):
        held = data_test("relationships", "orders", quoted, arguments=arguments, reads=reads)
        facts = documented(tmp_path, [orders, lines, unique, held])
        (reference,) = facts.references(ORDERS)
        assert (reference.columns, reference.relation, reference.fields) == (("id",), "model.shop.lines", ("line_id",))
        assert facts.relation(ORDERS).grain == ("id",)
        assert {each.words for each in facts.promises(ORDERS)} == {
            "`id` is unique",
            "Every `id` is a `line_id` of `lines`",
        }


# Variables


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{{ var('least') }}", "`net` is at least 7"),
        ("var('least')", "`net` is at least 7"),
        ('{{ var("nothing", 3) }}', "`net` is at least 3"),
        ("{{ var('nothing') }}", "`net` is at least `{{ var('nothing') }}`"),
        ("{{ var('nothing', other()) }}", "`net` is at least `{{ var('nothing', other()) }}`"),
        ("date '{{ var('day') }}' + {{ var('least', 1) }}", "`net` is at least `date '2017-11-26' + 7`"),
    ],
)
def test_a_sentence_says_the_value_of_a_variable_where_one_is_known(tmp_path: Path, written: str, words: str) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: shop\nvars: {least: 7, shop: {day: 2017-11-26}}\n")
    test = data_test("accepted_range", "orders", "net", arguments={"min_value": written})
    (promise,) = documented(tmp_path, [model("orders"), test]).promises(ORDERS)
    assert (promise.words, promise.arguments["min_value"]) == (words, written)


def test_another_value_of_a_variable_is_seen_by_the_relations_that_it_is_said_of(tmp_path: Path) -> None:
    test = data_test("accepted_range", "orders", "net", config={"where": "day > '{{ var('day') }}'"})
    prints = []
    for value in ("2017", "2018"):
        (tmp_path / "dbt_project.yml").write_text(f"name: shop\nvars: {{day: {value}}}\n")
        facts = documented(tmp_path, [model("orders"), model("lines"), test])
        prints.append([facts.fingerprint(ORDERS), facts.fingerprint("model.shop.lines")])
    assert [one == other for one, other in zip(*prints, strict=True)] == [False, True]


# Columns


def test_columns_stand_in_the_order_of_the_database_with_its_types(tmp_path: Path) -> None:
    declared = column("id", "int", description="Its number.") | column("NAME", "string", description="Its name.")
    found = documented(
        tmp_path,
        [model("orders", "select 'x' as name, 1 as id", columns=declared)],
        catalog={ORDERS: {"name": "VARCHAR", "id": "BIGINT"}},
    ).relation(ORDERS)
    assert [(each.name, each.data_type, each.description) for each in found.columns] == [
        ("name", "VARCHAR", "Its name."),
        ("id", "BIGINT", "Its number."),
    ]
    assert found.complete


def test_columns_that_only_the_yaml_names_are_shown_where_nobody_knows_them_all(tmp_path: Path) -> None:
    broken = model("orders", "selec t", columns=column("late", "date", description="Last."))
    found = documented(tmp_path, [broken]).relation(ORDERS)
    assert [(each.name, each.data_type, each.description) for each in found.columns] == [("late", "date", "Last.")]
    assert not found.complete


def test_a_column_that_the_query_lacks_is_not_shown(tmp_path: Path) -> None:
    found = documented(tmp_path, [model("orders", columns=column("gone") | column("one"))]).relation(ORDERS)
    assert ([each.name for each in found.columns], found.complete) == (["one"], True)


def test_the_mark_of_sensitive_data_is_kept(tmp_path: Path) -> None:
    people = model(
        "orders", "select 1 as email, 2 as id", columns=column("Email", config={"meta": {"restricted": True}})
    )
    facts = documented(tmp_path, [people])
    assert [(each.name, each.restricted) for each in facts.relation(ORDERS).columns] == [("email", True), ("id", False)]


# Grain


@pytest.mark.parametrize(
    ("said", "grain"),
    [
        ([], ()),
        ([data_test("unique", "orders", "B"), data_test("unique", "orders", "a")], ("b",)),
        (
            [
                data_test("unique", "orders", "a"),
                data_test("unique", "orders", "b"),
                data_test("not_null", "orders", "b"),
            ],
            ("b",),
        ),
        ([data_test("unique", "orders", "a", config={"where": "b > 1"})], ()),
        ([data_test("unique", "orders", "a", arguments={"row_condition": "b > 1"})], ()),
        (
            [
                data_test("unique", "orders", "a"),
                data_test("expect_grain", "orders", arguments={"columns": ["a", "b"]}),
            ],
            ("a", "b"),
        ),
        (
            [data_test("unique_combination_of_columns", "orders", arguments={"combination_of_columns": ["B", "a"]})],
            ("b", "a"),
        ),
        (
            [
                data_test("expect_compound_columns_to_be_unique", "orders", arguments={"column_list": ["b", "a"]}),
                data_test("expect_grain", "orders", arguments={"columns": ["a"]}),
            ],
            ("a",),
        ),
        ([data_test("expect_grain", "orders", arguments={"columns": ["a", "elsewhere"]})], ()),
        ([data_test("expect_grain", "orders", arguments={"columns": "{{ var('keys') }}"})], ()),
    ],
)
def test_the_grain_is_what_the_project_says_most_plainly(
    tmp_path: Path, said: list[Record], grain: tuple[str, ...]
) -> None:
    facts = documented(tmp_path, [model("orders", "select 1 as a, 2 as b"), *said])
    assert facts.relation(ORDERS).grain == grain


@pytest.mark.parametrize(
    ("fields", "grain"),
    [
        ({"config": {"unique_key": "a"}}, ("a",)),
        ({"config": {"unique_key": ["b", "a"]}}, ("b", "a")),
        ({"config": {"unique_key": "concat(a, b)"}}, ()),
        ({"config": {"unique_key": {"odd": 1}}}, ()),
        ({"constraints": [{"type": "primary_key", "columns": ["b"]}], "config": {"unique_key": "a"}}, ("b",)),
        ({"columns": column("b", constraints=[{"type": "primary_key"}])}, ("b",)),
    ],
)
def test_keys_of_configuration_and_contract_are_a_grain(tmp_path: Path, fields: Record, grain: tuple[str, ...]) -> None:
    facts = documented(tmp_path, [model("orders", "select 1 as a, 2 as b", **fields)])
    assert facts.relation(ORDERS).grain == grain


def test_a_snapshot_has_a_row_for_each_version_of_a_key(tmp_path: Path) -> None:
    names = {"dbt_valid_from": "since"}
    settings = {"unique_key": "id", "strategy": "check", "check_cols": "all", "snapshot_meta_column_names": names}
    history = model("h", "select 1 as id", unique_id="snapshot.shop.h", resource_type="snapshot", config=settings)
    assert documented(tmp_path, [history]).relation("snapshot.shop.h").grain == ("id", "since")


# Which test belongs to which relation


def test_a_test_of_a_source_is_found_by_its_argument_not_by_what_it_reads_first(tmp_path: Path) -> None:
    reads = ["source.shop.raw.customers", "source.shop.raw.orders", "source.shop.raw.customers"]
    test = data_test("relationships", "x", "id", reads=reads, attached_node=None)
    test["test_metadata"]["kwargs"]["model"] = "{{ get_where_subquery(source('raw', 'orders')) }}"
    facts = documented(tmp_path, [source("raw", "customers"), source("raw", "orders"), test])
    assert facts.tested(test["unique_id"]) == ("source.shop.raw.orders",)
    assert facts.test_ids("source.shop.raw.customers") == ()


def test_a_singular_test_belongs_to_all_that_it_reads(tmp_path: Path) -> None:
    both = ["model.shop.orders", "model.shop.lines"]
    test = data_test("agree", "x", reads=both, attached_node=None, test_metadata=None) | {"name": "totals_agree"}
    facts = documented(tmp_path, [model("orders"), model("lines"), test])
    assert facts.tested(test["unique_id"]) == tuple(both)
    (promise,) = facts.promises("model.shop.lines")
    assert (promise.words, promise.column, promise.line) == ("Totals agree", None, 1)


def test_a_test_that_is_not_there_or_of_what_is_no_relation_is_none(tmp_path: Path) -> None:
    stray = data_test("unique", "disabled", "id")
    facts = documented(tmp_path, [model("orders"), stray])
    for test_id in ("test.shop.none", stray["unique_id"]):
        assert (facts.promise(test_id), facts.tested(test_id)) == (None, ())


def test_a_record_that_is_broken_is_named_with_the_file(tmp_path: Path) -> None:
    test = data_test("unique", "orders", "one") | {"depends_on": {"nodes": 7}}
    facts = documented(tmp_path, [model("orders"), test])
    with pytest.raises(ConfigError, match=r"manifest\.json: test\.shop\.unique_orders_one.*dbt compile"):
        facts.test_ids(ORDERS)


# Promises

YAML = """\
models:
  - name: orders
    columns:
      - name: one
        data_tests: [unique]
    data_tests:
      - at_least: {name: orders_are_many, arguments: {min: 5}}
"""


def test_a_promise_carries_what_its_test_says(tmp_path: Path) -> None:
    arguments = {"min_value": 0, "mostly": 0.99}
    settings = {"severity": "warn", "where": "paid"}
    test = data_test("expect_column_values_to_be_between", "orders", "net", arguments=arguments, config=settings)
    facts = documented(tmp_path, [model("orders", "select 1 as net"), test | {"description": "No refunds."}])
    promise = facts.promise(test["unique_id"])
    assert promise is not None
    assert promise == facts.promises(ORDERS)[0]
    assert (promise.expectation, promise.column, promise.arguments) == (test["test_metadata"]["name"], "net", arguments)
    assert (promise.severity, promise.where, promise.description) == ("warn", "paid", "No refunds.")
    assert promise.words == "`net` is at least 0 for at least 99 % of rows where `paid`"


def test_a_promise_names_its_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/schema.yml").write_text(YAML)
    tests = [data_test("unique", "orders", "one"), data_test("at_least", "orders") | {"name": "orders_are_many"}]
    promises = documented(tmp_path, [model("orders"), *tests]).promises(ORDERS)
    assert [(each.file, each.line) for each in promises] == [("models/schema.yml", 5), ("models/schema.yml", 7)]


def test_a_warning_in_the_short_form_of_ribbon_is_one(tmp_path: Path) -> None:
    test = data_test("not_null", "orders", "one", config={"meta": {"on_unexpected": "warn"}})
    (promise,) = documented(tmp_path, [model("orders"), test]).promises(ORDERS)
    assert promise.severity == "warn"


# References


def test_relationships_and_foreign_keys_point_at_relations(tmp_path: Path) -> None:
    reads = ["model.shop.dim", ORDERS]
    test = data_test("relationships", "orders", "a", reads=reads, arguments={"to": "ref('dim')", "field": "id"})
    keys = [
        {"type": "foreign_key", "columns": ["b"], "to": '"db"."main"."dim"', "to_columns": ["id"]},
        {"type": "foreign_key", "columns": ["c"], "expression": "db.main.dim (id)"},
        {"type": "foreign_key", "columns": ["d"], "to": '"db"."main"."unknown"', "to_columns": ["id"]},
        {"type": "foreign_key", "columns": ["a"], "to": "ref('dim')", "to_columns": ["id"]},
    ]
    facts = documented(tmp_path, [model("orders", constraints=keys), model("dim", "select 1 as id"), test])
    assert facts.references(ORDERS) == (
        Reference(("a",), "model.shop.dim", ("id",), test["unique_id"]),
        Reference(("b",), "model.shop.dim", ("id",)),
        Reference(("c",), "model.shop.dim", ("id",)),
    )


def test_a_relation_may_point_at_itself(tmp_path: Path) -> None:
    test = data_test("relationships", "orders", "parent", arguments={"to": "ref('orders')", "field": "id"})
    (reference,) = documented(tmp_path, [model("orders"), test]).references(ORDERS)
    assert reference.relation == ORDERS


# People, freshness, groups


@pytest.mark.parametrize(
    ("fields", "owner"),
    [
        ({"config": {"group": "sales", "meta": {"owner": "bob@example.com"}}}, ("Sales", "sales@example.com")),
        ({"config": {"meta": {"owner": "bob@example.com"}}}, ("bob@example.com", "bob@example.com")),
        ({"meta": {"owner": {"name": "Bob", "email": "bob@example.com"}}}, ("Bob", "bob@example.com")),
        ({"meta": {"owner": ["Bob", "Ann"]}}, ("Bob", "")),
        ({}, ("", "")),
    ],
)
def test_the_owner_is_that_of_the_group_or_of_the_metadata(
    tmp_path: Path, fields: Record, owner: tuple[str, str]
) -> None:
    facts = documented(tmp_path, [model("orders", **fields)], groups=[group("sales")])
    record = facts.relation(ORDERS)
    assert facts.owner(ORDERS) == (record.owner, record.email) == owner


def test_a_source_says_how_old_its_data_may_get(tmp_path: Path) -> None:
    days = {"warn_after": {"count": 36, "period": "hour"}, "error_after": {"count": 2, "period": "day"}}
    nothing = {"warn_after": {"count": None, "period": None}, "error_after": None}
    facts = documented(tmp_path, [source("raw", "a", freshness=days), source("raw", "b", freshness=nothing)])
    assert facts.freshness("source.shop.raw.a") == Freshness(timedelta(hours=36), timedelta(days=2))
    words = "New data at least every 36 hours; after 2 days it is an error"
    assert facts.relation("source.shop.raw.a").freshness == words
    assert (facts.freshness("source.shop.raw.b"), facts.relation("source.shop.raw.b").freshness) == (None, "")


@pytest.mark.parametrize(
    ("node", "of"),
    [
        (source("raw", "x"), "raw"),
        (model("x", folder="warehouse/product"), "product"),
        (model("x", folder="staging/stripe/base"), "stripe"),
        (model("x", folder="staging"), "staging"),
        (model("x", folder="finance/intermediate"), "finance"),
        (model("x", folder="mart/sales"), "sales"),
        (model("x", folder="marts", config={"group": "board"}), "board"),
        (model("x", folder="marts"), NO_USE),
        (model("x"), "models"),
        (model("x", package="stripe"), "stripe"),
        (model("x", patch_path="shop://expectations/warehouse/product/x.yml"), "product"),
        (model("x", unique_id="seed.shop.x", resource_type="seed"), "seeds"),
        (model("x", fqn=["shop", "old", "x_file", "x"], original_file_path="snapshots/old/x_file.sql"), "old"),
        (model("x", fqn=["shop", "x_file", "x"], original_file_path="snapshots/x_file.sql"), "models"),
    ],
)
def test_a_relation_belongs_to_a_system_a_subject_or_a_use_case(tmp_path: Path, node: Record, of: str) -> None:
    facts = documented(tmp_path, [node, model("folders_say_layers", folder="mart/other")])
    assert facts.group(node["unique_id"]) == facts.relation(node["unique_id"]).group == of


@pytest.mark.parametrize(("folder", "use"), [("finance", "finance"), ("core", NO_USE), ("", NO_USE)])
def test_the_folder_of_a_mart_that_is_guessed_names_its_use_case(tmp_path: Path, folder: str, use: str) -> None:
    facts = documented(tmp_path, [model("x", folder=folder)])

    assert facts.group("model.shop.x") == use


def test_the_schema_in_which_a_mart_is_published_is_the_one_that_publishing_takes(tmp_path: Path) -> None:
    facts = documented(tmp_path, [model("x", folder="marts/finance", schema="reports")])

    assert facts.public_schema("model.shop.x") == "reports", "its own generate_schema_name places it"


# Uses


def test_marts_whose_use_case_nothing_names_are_shown_together_and_say_so(tmp_path: Path) -> None:
    facts = documented(tmp_path, [model("orders", folder="marts"), model("items", folder="marts")])

    (found,) = facts.use_cases()
    assert (found.label, found.marts) == ("No use case", ("model.shop.orders", "model.shop.items"))
    assert "no dbt group names it" in found.description


def test_a_use_case_is_its_group_its_marts_and_its_exposures(tmp_path: Path) -> None:
    sales = group(
        "sales",
        stage="stable",
        decision="where to look",
        audience="managers",
        service_level={"fresh_by": "7:00", "late": {"at_most": 2}},
    )
    marts = [
        model("daily", folder="mart/sales"),
        model("weekly", folder="mart/sales"),
        model("other", folder="mart/ml"),
    ]
    uses = [exposure("board", "daily", label="Board", url="javascript:alert(1)"), exposure("both", "daily", "other")]
    facts = documented(
        tmp_path, [*marts, model("base", folder="warehouse/x")], groups=[sales, group("team")], exposures=uses
    )
    ml, found = facts.use_cases()
    assert (found.name, found.label, found.owner, found.email) == ("sales", "Sales", "Sales", "sales@example.com")
    assert (found.stage, found.decision, found.audience) == ("stable", "where to look", "managers")
    assert found.service_level == (("Fresh by", "7:00"), ("Late", "at_most 2"))
    assert found.marts == ("model.shop.daily", "model.shop.weekly")
    assert [(each.label, each.url) for each in found.exposures] == [("Board", ""), ("both", "")]
    assert (ml.name, ml.label, [each.name for each in ml.exposures]) == ("ml", "ML", ["both"])
    assert [each.name for each in facts.relation("model.shop.daily").exposures] == ["board", "both"]


def test_a_use_case_without_a_mart_yet_is_one(tmp_path: Path) -> None:
    (found,) = documented(
        tmp_path, [model("base", folder="warehouse/x")], groups=[group("new", stage="exploring")]
    ).use_cases()
    assert (found.name, found.stage, found.marts) == ("new", "exploring", ())


def test_a_use_of_the_warehouse_alone_is_another_use(tmp_path: Path) -> None:
    nodes = [model("base", folder="warehouse/x"), model("mart", folder="mart/sales")]
    other, _ = documented(tmp_path, nodes, exposures=[exposure("adhoc", "base")]).use_cases()
    assert (other.label, other.marts, [each.name for each in other.exposures]) == ("Other uses", (), ["adhoc"])


# Names of pages


def test_slugs_are_lower_case_and_fit_any_file_system() -> None:
    assert slugs_of({"a": "mart.Store_Daily", "b": "dbt shop/ü.x"}) == {"a": "mart.store_daily", "b": "dbt-shop-.x"}


def test_slugs_that_would_be_the_same_or_nothing_are_told_apart_by_their_keys() -> None:
    found = slugs_of({"a": "mart.X", "b": "mart.x", "c": "..", "d": "y" * 300})
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", slug) and len(slug) < 200 for slug in found.values())
    assert len(set(found.values())) == len(found)
    assert found["a"] == slugs_of({"b": "mart.x", "a": "mart.X"})["a"]


def test_what_the_project_does_not_know_has_no_page(tmp_path: Path) -> None:
    facts = documented(tmp_path, [model("orders", folder="warehouse/x")])
    assert facts.link(ORDERS) == Link(ORDERS, "warehouse.orders", "warehouse", "warehouse.orders")
    assert facts.link("raw.orders") == Link("raw.orders", "raw.orders", "", "")


# Fingerprints

CHANGES: list[tuple[str, Record]] = [
    ("description", {"description": "Another."}),
    ("compiled_code", {"compiled_code": "select 2 as one"}),
    ("columns", {"columns": column("one", description="Another.")}),
    ("owner", {"config": {"group": "sales"}}),
]


@pytest.mark.parametrize(("what", "fields"), CHANGES)
def test_what_the_manifest_says_of_a_relation_changes_its_page_alone(tmp_path: Path, what: str, fields: Record) -> None:
    before = documented(tmp_path, [model("orders"), model("lines")], groups=[group("sales")])
    after = documented(tmp_path, [model("orders") | fields, model("lines")], groups=[group("sales")])
    assert before.fingerprint(ORDERS) != after.fingerprint(ORDERS), what
    assert before.fingerprint("model.shop.lines") == after.fingerprint("model.shop.lines")


@pytest.mark.parametrize(
    "others",
    [
        {"nodes": [data_test("unique", "orders", "one")]},
        {"exposures": [exposure("board", "orders")]},
        {"catalog": {ORDERS: {"one": "int"}}},
        {"nodes": [model("ORDERS", schema="x", alias="ORDERS")]},
    ],
)
def test_what_belongs_to_a_relation_changes_its_page(tmp_path: Path, others: Record) -> None:
    before = documented(tmp_path, [model("orders")])
    after = documented(tmp_path, [model("orders"), *others.pop("nodes", [])], **others)
    assert before.fingerprint(ORDERS) != after.fingerprint(ORDERS)


def test_the_owner_of_its_group_changes_the_page(tmp_path: Path) -> None:
    nodes = [model("orders", config={"group": "sales"}), model("lines")]
    before = documented(tmp_path, nodes, groups=[group("sales")])
    first = [before.fingerprint(uid) for uid in before.ids()]
    after = documented(tmp_path, nodes, groups=[group("sales") | {"owner": {"name": "Others"}}])
    assert [one == after.fingerprint(uid) for one, uid in zip(first, after.ids(), strict=True)] == [False, True]


def test_lines_that_move_change_the_page(tmp_path: Path) -> None:
    file = tmp_path / "models.yml"
    file.write_text("models: []")
    nodes = [model("orders", patch_path="shop://models.yml"), model("lines", patch_path="shop://other.yml")]
    before = documented(tmp_path, nodes)
    first = [before.fingerprint(uid) for uid in before.ids()]
    file.write_text("\nmodels: []")
    after = documented(tmp_path, nodes)
    assert [one == after.fingerprint(uid) for one, uid in zip(first, after.ids(), strict=True)] == [False, True]


def test_when_dbt_read_the_project_and_where_it_put_its_sql_changes_nothing(tmp_path: Path) -> None:
    columns = column("created_at", "timestamp")
    run = {"columns": columns, "build_path": "target/run/x.sql", "created_at": 1795274042.58, "z": 1}
    test = data_test("unique", "orders", "one")
    before = documented(tmp_path, [model("orders") | run, test | {"build_path": None, "created_at": 1.5}])
    later = run | {"build_path": None, "created_at": 2}
    after = documented(tmp_path, [model("orders") | later, test | {"build_path": "x", "created_at": 17}])
    assert before.fingerprint(ORDERS) == after.fingerprint(ORDERS)


def test_the_type_of_a_column_of_that_name_does_change_the_page(tmp_path: Path) -> None:
    before = documented(tmp_path, [model("orders", columns=column("created_at", "timestamp"), created_at=1.5)])
    after = documented(tmp_path, [model("orders", columns=column("created_at", "date"), created_at=1.5)])
    assert before.fingerprint(ORDERS) != after.fingerprint(ORDERS)
