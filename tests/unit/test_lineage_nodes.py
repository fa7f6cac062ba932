"""What a project's artifacts say of its nodes, in projects of Ribbon and in others."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ribbon.config import ProjectPaths
from ribbon.dbt.branches import OUTDATED
from ribbon.dbt.node_config import SnapshotConfig, SnapshotNames
from ribbon.errors import ConfigError
from ribbon.lineage.nodes import ColumnsFrom, ProjectNodes
from ribbon.lineage.project import read_project
from ribbon.lineage.snapshots import snapshot_query
from ribbon.project import read_project as read_model
from tests.conftest import write_files
from tests.manifests import column, model, source, write_manifest


def read(
    folder: Path, *nodes: Mapping[str, Any], yml: str = "", exposures: Sequence[Mapping[str, Any]] = ()
) -> ProjectNodes:
    """A project of these nodes."""
    write_files(folder, {"dbt_project.yml": yml} if yml else {})
    return read_project(folder, write_manifest(folder / "target", nodes, exposures=exposures))


def labels(project: ProjectNodes) -> list[str]:
    return [node.label for node in project.nodes.values()]


def test_ribbons_own_folders_decide_on_layers_and_use_cases(tmp_path: Path) -> None:
    orders = model("orders", folder="warehouse/sales")
    daily = model("daily", folder="mart/sales", parents=["model.shop.orders"])

    project = read(tmp_path, orders, daily, source("raw", "events"), model("unread", folder="warehouse/sales"))

    assert labels(project) == ["lake.events", "warehouse.orders", "mart.daily", "warehouse.unread"]
    assert [node.use_case for node in project.nodes.values()] == [None, None, "sales", None]


def test_without_folders_that_say_so_the_models_that_nobody_reads_are_the_marts(tmp_path: Path) -> None:
    orders = model("orders", folder="staging")
    report = model("report", folder="final", parents=["model.shop.orders"], config={"group": "finance"})

    project = read(tmp_path, orders, report)

    assert labels(project) == ["warehouse.orders", "mart.report"]
    assert project.nodes["model.shop.report"].use_case == "finance"


def test_the_use_case_of_a_mart_whose_pattern_names_none_is_its_group_and_of_a_guessed_mart_its_folder(
    tmp_path: Path,
) -> None:
    guessed = (model("a", folder="core/finance"), model("b", folder="core"), model("c"))
    placed = (model("a", folder="marts"), model("b", folder="reporting/board", config={"tags": ["mart"]}))
    yml = "vars: {ribbon: {layers: {mart: 'tag:mart'}}}"

    assert [node.use_case for node in read(tmp_path, *guessed).nodes.values()] == ["finance", None, None]
    assert [node.use_case for node in read(tmp_path, *placed, yml=yml).nodes.values()] == [None, None]


def test_a_mapping_in_the_projects_variables_decides_over_folders(tmp_path: Path) -> None:
    yml = "vars: {ribbon: {layers: {lake: staging/base, mart: [reporting], warehouse: [reporting/shared]}}}"
    folders = ("staging/base", "staging", "reporting", "reporting/shared", "marts")

    project = read(tmp_path, *(model(f"m{place}", folder=folder) for place, folder in enumerate(folders)), yml=yml)

    assert labels(project) == ["lake.m0", "warehouse.m1", "mart.m2", "warehouse.m3", "mart.m4"]


@pytest.mark.parametrize(
    "layers",
    [
        "{bronze: [raw]}",
        "[mart]",
        "mart",
        "{mart: 5}",
        "{mart: ['']}",
        "{mart: ['tag: ']}",
        "{mart: [3]}",
        "{mart: ['layer:x']}",
    ],
)
def test_a_mapping_that_names_no_layer_says_where_and_how(tmp_path: Path, layers: str) -> None:
    with pytest.raises(ConfigError, match=r"dbt_project\.yml: vars: ribbon: layers: .*lake, warehouse or mart"):
        read(tmp_path, yml=f"vars: {{ribbon: {{layers: {layers}}}}}")


def test_a_setting_of_ribbons_that_does_not_exist_says_which_do(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"dbt_project\.yml: vars: ribbon: takes dbt, evolve, layers, publish, ribbon_history_days; found 'layer'",
    ):
        read(tmp_path, yml="{name: shop, vars: {shop: {ribbon: {layer: {mart: reporting}}}}}")


@pytest.mark.parametrize(
    ("pattern", "remedy"),
    [
        ("models/reporting/<use_case>", "Did you mean `reporting/<use_case>`?"),
        ("Reporting", "Did you mean `reporting`?"),
        ("reporting /board", "Did you mean `reporting/board`?"),
        ("reportings", "Did you mean `reporting`?"),
        ("tag:Mart", "Did you mean `tag:mart`?"),
        ("schema:outs", "Did you mean `schema:out`?"),
        ("something else", "Correct it or delete it."),
    ],
)
def test_a_pattern_that_matches_nothing_is_reported_with_what_may_be_meant(
    tmp_path: Path, pattern: str, remedy: str
) -> None:
    write_files(tmp_path, {"dbt_project.yml": f"vars: {{ribbon: {{layers: {{mart: ['{pattern}'], lake: base}}}}}}"})
    board = model("figures", folder="reporting/board", config={"tags": ["mart"], "schema": "out"})
    target = write_manifest(tmp_path / "target", [board, model("raw", folder="base")])

    notes = read_model(ProjectPaths(tmp_path, tmp_path / "data"), target).notes

    assert notes == (f"dbt_project.yml: vars: ribbon: layers: mart: `{pattern}` matches no relation. {remedy}",)


def test_a_project_file_that_is_no_yaml_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"dbt_project\.yml: invalid YAML"):
        read(tmp_path, yml="vars: {")


def test_nodes_of_one_name_go_by_schema_and_if_that_is_one_too_by_their_id(tmp_path: Path) -> None:
    project = read(
        tmp_path,
        source("web", "users"),
        source("app", "users"),
        model("orders"),
        model("orders", package="tools"),
        model("items"),
    )

    assert labels(project) == ["web.users", "app.users", "model.shop.orders", "model.tools.orders", "mart.items"]


def test_the_use_of_an_exposure_is_its_folders_or_the_one_that_all_it_reads_is_of(tmp_path: Path) -> None:
    sales, costs = model("sales", folder="marts/sales"), model("costs", folder="marts/finance")

    def exposure(name: str, *reads: Mapping[str, Any], fqn: Sequence[str] = ("shop", "x")) -> dict[str, Any]:
        nodes = {"nodes": [each["unique_id"] for each in reads], "macros": []}
        key = f"exposure.shop.{name}"
        return {"unique_id": key, "name": name, "fqn": fqn, "depends_on": nodes, "owner": {"email": ["a@b.c", "d@e.f"]}}

    project = read(
        tmp_path,
        sales,
        costs,
        exposures=[
            exposure("of_sales", sales),
            exposure("of_both", sales, costs),
            exposure("in_folder", sales, fqn=("shop", "marts", "board", "in_folder")),
        ],
    )

    assert [each.use_case for each in project.exposures] == ["sales", None, "board"]
    assert {each.owner for each in project.exposures} == {"a@b.c, d@e.f"}


def test_a_model_that_is_not_compiled_has_no_query_and_says_what_to_do(tmp_path: Path) -> None:
    node = read(tmp_path, model("orders", compiled=None, raw="select 1")).nodes["model.shop.orders"]

    assert (node.queries, node.unresolved) == ((), ("It is not compiled: run `dbt compile`.",))


def test_sql_of_an_earlier_command_is_used_while_the_template_gives_it(tmp_path: Path) -> None:
    write_files(tmp_path, {"target/compiled/shop/models/orders.sql": "select 1 as one"})

    same = read(tmp_path, model("orders", compiled=None, raw="select 1 as one")).nodes["model.shop.orders"]
    other = read(tmp_path, model("orders", compiled=None, raw="select 2 as two")).nodes["model.shop.orders"]

    assert (same.queries, same.unresolved) == (("select 1 as one",), ())
    assert (other.queries, other.unresolved) == ((), (OUTDATED,))


def test_a_model_that_reads_itself_is_not_its_own_parent(tmp_path: Path) -> None:
    node = model("orders", parents=["model.shop.orders", "model.shop.items", "model.shop.items", "macro.shop.x"])

    assert read(tmp_path, node, model("items")).nodes["model.shop.orders"].parents == ("model.shop.items",)


def test_a_contract_is_complete_and_yaml_alone_is_not(tmp_path: Path) -> None:
    columns = column("id", "int") | column("name")
    held = model("held", columns=columns, config={"contract": {"enforced": True}})

    nodes = read(tmp_path, held, model("loose", columns=columns)).nodes

    assert nodes["model.shop.held"].columns == {"id": "int", "name": None}
    assert nodes["model.shop.held"].columns_from is ColumnsFrom.CONTRACT
    assert nodes["model.shop.loose"].columns_from is ColumnsFrom.DECLARED


@pytest.mark.parametrize(
    ("content", "delimiter", "names"),
    [
        ("\ufeffa,b\n1,2\n", None, ["a", "b"]),
        ("a;b\n", ";", ["a", "b"]),
        ('"a,b",c\n', ",", ["a,b", "c"]),
        ("", None, None),
    ],
)
def test_a_seeds_columns_are_in_its_header(
    tmp_path: Path, content: str, delimiter: str | None, names: list[str] | None
) -> None:
    seed = model("codes", unique_id="seed.shop.codes", resource_type="seed", config={"delimiter": delimiter})
    write_files(tmp_path, {"seeds/codes.csv": content})

    node = read(tmp_path, seed | {"original_file_path": "seeds/codes.csv"}).nodes["seed.shop.codes"]

    assert (list(node.columns) if node.columns else None) == names


def test_names_of_restricted_columns_are_marked_in_lower_case(tmp_path: Path) -> None:
    columns = column("Name", "text", meta={"restricted": True}) | column("id")

    assert read(tmp_path, model("people", columns=columns)).nodes["model.shop.people"].restricted == {"name"}


@pytest.mark.parametrize(
    ("adapter", "dialect"), [("duckdb", "duckdb"), ("sqlserver", "tsql"), ("glue", "spark"), ("snowflake", "snowflake")]
)
def test_the_dialect_is_that_of_the_adapter(tmp_path: Path, adapter: str, dialect: str) -> None:
    assert read_project(tmp_path, write_manifest(tmp_path / "target", adapter_type=adapter)).dialect == dialect


def test_a_snapshot_by_time_is_one_row_for_each_key_and_time_closed_by_the_next() -> None:
    config = SnapshotConfig(strategy="timestamp", unique_key=["a", "b"], updated_at="t", hard_deletes="new_record")

    assert snapshot_query("select 1 -- end", config, "bigquery").splitlines() == [
        "select",
        "    *,",
        "    to_hex(md5(concat(coalesce(cast(a as string), ''), '|', coalesce(cast(b as string), ''), '|',"
        " coalesce(cast(t as string), '')))) as dbt_scd_id,",
        "    t as dbt_updated_at,",
        "    t as dbt_valid_from,",
        "    lead(t) over (partition by a, b order by t) as dbt_valid_to,",
        "    'False' as dbt_is_deleted",
        "from (",
        "select 1 -- end",
        ") as sbq",
        "qualify row_number() over (partition by a, b, t) = 1",
    ]


def test_a_snapshot_by_values_is_one_row_for_each_key_and_the_values_that_are_checked() -> None:
    names = SnapshotNames(dbt_valid_to="until")
    some = SnapshotConfig(strategy="check", unique_key="a", check_cols=["b"], snapshot_meta_column_names=names)
    every = SnapshotConfig(strategy="check", unique_key="a", check_cols="all", dbt_valid_to_current="'never'")

    assert snapshot_query("x", some, "duckdb").endswith("qualify row_number() over (partition by a, b) = 1")
    assert " as until" in snapshot_query("x", some, "duckdb")
    assert snapshot_query("x", every, "duckdb").startswith("select distinct\n")
    assert ", 'never') as dbt_valid_to" in snapshot_query("x", every, "duckdb")
