"""What there is to analyse in a project, read from artifacts that dbt itself wrote."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from ribbon.dbt.branches import OUTDATED
from ribbon.dbt.same_sql import same_sql
from ribbon.engines.duckdb_file import open_file
from ribbon.lineage.nodes import ColumnsFrom, ProjectNodes
from ribbon.lineage.project import read_project
from tests.conftest import Workshop, write_files
from tests.integration.lineage_project_files import FILES, INCREMENTAL, UNKNOWN_BRANCH

FIRST, LATER = "target_first", "target"
TIMES = {"dbt_valid_from", "dbt_updated_at", "dbt_scd_id", "version_id"}


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The project, as its first build compiled it and as a later run would; the catalog is from after the build."""
    home = tmp_path_factory.mktemp("shop")
    shop = Workshop(home / "project", home / "data", home / LATER)
    write_files(home, {f"project/{name}": text for name, text in FILES.items()} | {"data/visits.csv": "id,n\n1,10\n"})
    building = Workshop(shop.project, shop.data, home / FIRST)
    for workshop, words in ((building, ["build"]), (shop, ["docs", "generate"])):
        ended = workshop.dbt(*words)
        assert ended.exit_code == 0, ended.out
    return shop


@pytest.fixture(scope="session")
def first(shop: Workshop) -> ProjectNodes:
    return read_project(shop.project, shop.target.with_name(FIRST))


@pytest.fixture(scope="session")
def later(shop: Workshop) -> ProjectNodes:
    return read_project(shop.project, shop.target)


def compiled(target: Path) -> Mapping[str, str]:
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    return {key: node.get("compiled_code") for key, node in nodes.items()}


@pytest.mark.parametrize("model", [*(f"model.shop.{name}" for name in INCREMENTAL), "model.tools.in_the_package"])
def test_the_branch_that_was_not_compiled_is_the_one_that_dbt_compiles_in_the_other_case(
    shop: Workshop, first: ProjectNodes, later: ProjectNodes, model: str
) -> None:
    by_dbt = compiled(shop.target.with_name(FIRST))[model], compiled(shop.target)[model]
    assert not same_sql(*by_dbt)

    for project in (first, later):
        node = project.nodes[model]
        assert node.unresolved == ()
        assert len(node.queries) == 2
        assert all(same_sql(ours, dbts) for ours, dbts in zip(node.queries, by_dbt, strict=True)), node.queries


@pytest.mark.parametrize(("model", "reason"), UNKNOWN_BRANCH.items())
def test_a_branch_that_nobody_knows_is_unresolved_with_the_reason(
    first: ProjectNodes, later: ProjectNodes, model: str, reason: str
) -> None:
    for project in (first, later):
        node = project.nodes[f"model.shop.{model}"]
        assert len(node.queries) == 1
        assert len(node.unresolved) == 1
        assert reason in node.unresolved[0]


@pytest.mark.parametrize("snapshot", ["history_by_time", "history_by_values", "history_of_all"])
def test_a_snapshots_query_gives_the_columns_and_rows_that_dbt_built(
    shop: Workshop, later: ProjectNodes, snapshot: str
) -> None:
    (query,) = later.nodes[f"snapshot.shop.{snapshot}"].queries

    with open_file(shop.data / "build.duckdb", read_only=True) as connection:
        ours, dbts = connection.sql(query), connection.sql(f"select * from main.{snapshot}")
        assert ours.columns == dbts.columns
        kept = ", ".join(name for name in ours.columns if name not in TIMES)
        assert ours.project(kept).order("all").fetchall() == dbts.project(kept).order("all").fetchall()


def test_every_kind_of_node_is_there_with_its_relation_and_what_it_reads(later: ProjectNodes) -> None:
    nodes = later.nodes
    assert later.dialect == "duckdb"
    assert nodes["source.shop.raw.events"].path == ("build", "raw", "events")
    assert nodes["source.shop.files.visits"].path[0].endswith("/visits.csv")
    assert nodes["seed.shop.kinds"].queries == ()
    assert nodes["model.shop.draft"].path == ("__dbt__cte__draft",)
    assert nodes["model.shop.draft"].ephemeral
    assert nodes["model.shop.dim.v2"].path == ("build", "main", "dim_v2")
    assert nodes["model.shop.dim.v2"].label == "warehouse.dim_v2"
    assert nodes["model.shop.of_an_ephemeral"].parents == ("model.shop.drafted",)
    assert "model.shop.off" not in nodes
    assert "Python" in nodes["model.shop.in_python"].unresolved[0]


def test_folders_called_marts_hold_the_marts_and_name_their_use_cases(later: ProjectNodes) -> None:
    summary = later.nodes["model.shop.summary"]

    assert (summary.label, summary.use_case) == ("mart.summary", "finance")
    assert later.nodes["source.shop.raw.events"].label == "lake.events"
    assert {node.layer for node in later.nodes.values() if node is not summary} == {"lake", "warehouse"}


def test_columns_come_from_the_catalog_with_the_databases_types(later: ProjectNodes) -> None:
    events = later.nodes["source.shop.raw.events"]

    assert dict(events.columns or {}) == {"id": "INTEGER", "name": "VARCHAR", "n": "INTEGER", "moment": "TIMESTAMP"}
    assert events.columns_from is ColumnsFrom.CATALOG


def test_without_a_catalog_columns_come_from_the_database(shop: Workshop) -> None:
    project = read_project(shop.project, shop.target.with_name(FIRST), shop.data / "build.duckdb")

    events = project.nodes["source.shop.raw.events"]
    assert (list(events.columns or ()), events.columns_from) == (["id", "name", "n", "moment"], ColumnsFrom.DATABASE)
    assert project.notes == ()


def test_without_either_they_come_from_yaml_which_may_be_partial_and_from_the_seeds_header(first: ProjectNodes) -> None:
    events, kinds = first.nodes["source.shop.raw.events"], first.nodes["seed.shop.kinds"]

    assert (dict(events.columns or {}), events.columns_from.complete) == ({"id": "integer"}, False)
    assert (dict(kinds.columns or {}), kinds.columns_from) == ({"code": "varchar", "title": None}, ColumnsFrom.HEADER)
    assert first.nodes["source.shop.files.visits"].columns is None


def test_a_database_that_is_held_is_not_waited_for_and_the_holder_is_named(shop: Workshop, tmp_path: Path) -> None:
    held = tmp_path / "build.duckdb"
    shutil.copy(shop.data / "build.duckdb", held)
    with duckdb.connect(str(held)):
        project = read_project(shop.project, shop.target.with_name(FIRST), held)

    assert project.nodes["source.shop.raw.events"].columns_from is ColumnsFrom.DECLARED
    assert "Columns are as the project declares them" in project.notes[0]


def test_sql_of_models_outside_of_a_selection_is_of_their_last_compilation_while_their_templates_give_it(
    shop: Workshop, tmp_path: Path
) -> None:
    project, target = tmp_path / "project", tmp_path / "target"
    shutil.copytree(shop.project, project)
    shutil.copytree(shop.target, target)
    forget_compiled_code(target, "model.shop.summary", "model.shop.dispatched")
    compiled = target / "compiled/shop/models/dispatched.sql"
    compiled.write_text(compiled.read_text() + "limit 1")

    nodes = read_project(project, target).nodes

    assert "count(*)" in nodes["model.shop.summary"].queries[0]
    assert nodes["model.shop.dispatched"].queries == ()
    assert nodes["model.shop.dispatched"].unresolved == (OUTDATED,)


def forget_compiled_code(target: Path, *models: str) -> None:
    """As if dbt had run others than these."""
    document = json.loads((target / "manifest.json").read_text())
    for model in models:
        document["nodes"][model] |= {"compiled": False}
        del document["nodes"][model]["compiled_code"]
    (target / "manifest.json").write_text(json.dumps(document))
