"""The mark `restricted` follows the lineage of columns; only a contract that says why takes it away."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ribbon.config import ProjectPaths
from ribbon.dbt.node_config import ColumnConfig, DeclaredColumn, Restriction
from ribbon.dbt.restricted import MessageMask, mask_files
from ribbon.engines.clear_columns import ClearColumns, leave_clear_columns
from ribbon.lineage.nodes import ProjectNode
from ribbon.masking import CUT
from tests.lineage_projects import load, model, source
from tests.manifests import column, write_manifest
from tests.manifests import model as in_manifest

COLUMNS = {"id": "integer", "email": "text", "born": "date"}
QUOTES = "Runtime Error in model {0} (models/{0}.sql)\n  Conversion Error: Could not convert string 'Ann' to INT32"


def people(**fields: Any) -> ProjectNode:
    return replace(source("people", COLUMNS), restricted=frozenset({"email"}), **fields)


def marks(folder: Path, *nodes: ProjectNode) -> dict[str, set[str]]:
    """The restricted columns of each model that has any."""
    graph = load(folder, people(), *nodes)
    return {node.project.name: set(node.project.restricted) for node in graph.nodes.values() if node.project.restricted}


@pytest.mark.parametrize(
    ("sql", "restricted"),
    [
        ("select id, email from raw.people", {"email"}),
        ("select id, email as Contact from raw.people", {"contact"}),
        ("select * from raw.people", {"email"}),
        (
            "select id, lower(email) as l, length(email) as n, email is null as missing from raw.people",
            {"l", "n", "missing"},
        ),
        ("select id, max(email) as last, count(distinct email) as n from raw.people group by id", {"last", "n"}),
        ("select id, born from raw.people where email like '%@x.org'", set()),
        ("select id, count(*) as n from raw.people group by id", set()),
        (
            "with t as (select email as e, id from raw.people) select t.e as f, u.id from t join t as u on t.id = u.id",
            {"f"},
        ),
        ("select id, {'mail': email} as both from raw.people", {"both"}),
    ],
)
def test_what_is_made_from_a_restricted_column_is_restricted(tmp_path: Path, sql: str, restricted: set[str]) -> None:
    found = marks(tmp_path, model("dim", sql, reads=("raw.people",)))

    assert found.get("dim", set()) == restricted


def test_the_mark_goes_on_through_all_models(tmp_path: Path) -> None:
    first = model("stg", "select id, email as contact from raw.people", reads=("raw.people",))
    second = model("dim", "select id, contact as c, id + 1 as next from dw.stg", reads=("stg",))
    third = model("mart", "select c || '!' as d, next from dw.dim", reads=("dim",))

    assert marks(tmp_path, third, second, first) == {
        "people": {"email"},
        "stg": {"contact"},
        "dim": {"c"},
        "mart": {"d"},
    }


def test_a_treated_column_is_shown_and_so_is_what_is_made_from_it(tmp_path: Path) -> None:
    treated = replace(
        model("dim", "select md5(email) as digest, email from raw.people", reads=("raw.people",)),
        treated=frozenset({"digest"}),
    )
    reader = model("mart", "select digest, email as e from dw.dim", reads=("dim",))

    assert marks(tmp_path, treated, reader) == {"people": {"email"}, "dim": {"email"}, "mart": {"e"}}


@pytest.mark.parametrize(
    ("sql", "restricted"),
    [
        ((), {"a", "b"}),  # a Python model, or one that is not compiled
        (("select nonsense( from raw.people",), {"a", "b"}),
        (("select id as a, nowhere as b from raw.people",), {"b"}),
    ],
)
def test_what_lineage_cannot_tell_counts_as_restricted(
    tmp_path: Path, sql: tuple[str, ...], restricted: set[str]
) -> None:
    dim = model("dim", *sql, reads=("raw.people",), columns={"a": None, "b": None})

    assert marks(tmp_path, dim)["dim"] == restricted


def test_where_nothing_is_restricted_nothing_is_looked_at(tmp_path: Path) -> None:
    plain = source("plain", COLUMNS)
    graph = load(tmp_path, plain, model("dim", "select nonsense( from raw.plain", reads=("raw.plain",)))

    assert not [node for node in graph.nodes.values() if node.project.restricted]


@pytest.mark.parametrize(
    ("meta", "restricted", "treated"),
    [
        ({"restricted": True}, True, False),
        ({"restricted": False}, False, False),  # it does not say why
        ({"restricted": False, "because": "hashed with a salt"}, False, True),
        ({"because": "hashed with a salt"}, False, False),
        ({"restricted": True, "because": "it is a name"}, True, False),
        ({}, False, False),
    ],
)
def test_only_a_reason_takes_the_mark_away(meta: dict[str, Any], restricted: bool, treated: bool) -> None:
    for declared in (
        DeclaredColumn("c", meta=Restriction(**meta)),
        DeclaredColumn("c", config=ColumnConfig(Restriction(**meta))),
    ):
        assert (declared.restricted, declared.treated) == (restricted, treated)


@pytest.fixture
def shop(tmp_path: Path) -> ProjectPaths:
    """A model with a restricted column, one that reads a reader of it, and one that does not."""
    dependent = {"depends_on": {"nodes": ["model.shop.people"]}}
    write_manifest(
        tmp_path / "target",
        [
            in_manifest("people", columns=column("email", meta={"restricted": True})),
            in_manifest("reader", **dependent),
            in_manifest("far", depends_on={"nodes": ["model.shop.reader"]}),
            in_manifest("apart"),
        ],
    )
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    return ProjectPaths(tmp_path, tmp_path / "data")


@pytest.mark.parametrize(
    ("name", "is_masked"), [("people", True), ("reader", True), ("far", True), ("apart", False), ("unknown", True)]
)
def test_errors_near_restricted_columns_are_masked(shop: ProjectPaths, name: str, is_masked: bool) -> None:
    said = MessageMask(shop.target_dir)(QUOTES.format(name), f"model.shop.{name}")

    assert ("'Ann'" not in said) == is_masked


def test_without_a_manifest_any_column_may_be_restricted(tmp_path: Path) -> None:
    assert "Ann" not in MessageMask(tmp_path)(QUOTES.format("m"), "model.shop.m")


def test_what_dbt_leaves_is_masked(shop: ProjectPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBT_LOG_PATH", raising=False)
    results = [
        {"unique_id": f"model.shop.{name}", "status": "error", "message": QUOTES.format(name)}
        for name in ("far", "apart")
    ]
    (shop.target_dir / "run_results.json").write_text(json.dumps({"results": results}))
    (shop.project_dir / "logs").mkdir()
    quoting = 'Invalid Input Error: Could not parse string "Ann" according to format "%Y"\nAnn\n^'
    entry = f"10:00:00.123456 [debug] [Thread-1]: {quoting}"
    line = json.dumps({"info": {"msg": QUOTES.format("far")}, "data": {"exc": "Conversion Error: about Ann"}})
    log = shop.project_dir / "logs/dbt.log"
    log.write_text(f"{line}\n{entry}\n10:00:01.123456 [info ] [Main]: Ann has nothing to do with it\n{line}\n")

    for _ in range(2):
        mask_files(shop, shop.target_dir, MessageMask(shop.target_dir))

    far, apart = json.loads((shop.target_dir / "run_results.json").read_text())["results"]
    assert far["message"].endswith("Could not convert string '***' to INT32")
    assert apart["message"] == QUOTES.format("apart")
    lines = log.read_text().splitlines()
    assert len(lines) == 4
    assert lines[1].endswith('Could not parse string "***" according to format')
    assert lines[2].endswith("Ann has nothing to do with it")
    assert json.loads(lines[3])["data"]["exc"] == f"Conversion Error: {CUT}"


def test_what_was_recorded_before_a_column_was_restricted_is_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "build.duckdb"
    with duckdb.connect(str(file)) as build:
        build.execute(
            """
            create schema ribbon;
            create table ribbon.column_profiles as
            select * from (values ('m', 'Email', 'ann', 'zoe', '[]'), ('m', 'id', '1', '2', null))
            as t (node_id, column_name, min_value, max_value, top_values);
            create table ribbon.expectation_results as
            select * from (values ('m', 'email', 'ann', 'observed ann'), ('m', 'id', '1', 'observed 1'))
            as t (node_id, column_name, observed_value, message);
            create table ribbon.node_runs (unique_id varchar, message varchar)
            """
        )
        for name in ("m", "apart"):
            build.execute("insert into ribbon.node_runs values (?, ?)", [name, QUOTES.format(name)])

    for clear in (["id"], ["id", "n"]):
        leave_clear_columns(file, "ribbon", [ClearColumns("m", "s", clear, ["email"])], {"m": ["email"]}, ["m"])

    with duckdb.connect(str(file), read_only=True) as build:
        assert build.execute("from ribbon.column_profiles order by all").fetchall() == [
            ("m", "Email", None, None, None),
            ("m", "id", "1", "2", None),
        ]
        assert build.execute("from ribbon.expectation_results order by all").fetchall() == [
            ("m", "email", "***", CUT),
            ("m", "id", "1", "observed 1"),
        ]
        assert build.execute("from ribbon.node_runs order by all").fetchall() == [
            ("apart", QUOTES.format("apart")),
            ("m", QUOTES.format("m").replace("'Ann'", "'***'")),
        ]
        assert build.execute("from ribbon.clear_columns").fetchall() == [("m", "s", '["id","n"]', '["email"]')]
