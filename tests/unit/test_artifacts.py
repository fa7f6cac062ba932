"""dbt's artifacts are read as far as they are wanted, and what is wrong with them is said."""

import json
from pathlib import Path

import pytest

from ribbon.dbt.artifacts import read_artifacts, read_catalog
from ribbon.errors import ConfigError
from tests.manifests import column, macro, model, source, write_manifest


def test_models_sources_seeds_and_snapshots_are_read_and_nothing_else(tmp_path: Path) -> None:
    others = [
        model("a_test", unique_id="test.shop.a_test", resource_type="test", config={"severity": 3, "unknown": [1]}),
        model("a_hook", unique_id="operation.shop.a_hook", resource_type="operation"),
        model("a_seed", unique_id="seed.shop.a_seed", resource_type="seed", config={"column_types": {"id": "text"}}),
    ]

    artifacts = read_artifacts(write_manifest(tmp_path, [model("orders"), source("raw", "events"), *others]))

    assert list(artifacts.nodes) == ["source.shop.raw.events", "model.shop.orders", "seed.shop.a_seed"]
    assert artifacts.nodes["model.shop.orders"].compiled_code == "select 1 as one"
    assert artifacts.metadata.adapter_type == "duckdb"


def test_settings_of_a_model_that_dbt_does_not_know_are_skipped(tmp_path: Path) -> None:
    odd = {"strategy": {"mine": 1}, "updated_at": 7, "unique_key": {"a": "b"}, "column_types": [1]}

    artifacts = read_artifacts(write_manifest(tmp_path, [model("orders", config=odd)]))

    assert artifacts.nodes["model.shop.orders"].config.materialized == "table"


def test_a_snapshot_has_its_settings(tmp_path: Path) -> None:
    settings = {"strategy": "check", "unique_key": ["a", "b"], "check_cols": "all", "hard_deletes": "new_record"}
    names = {"snapshot_meta_column_names": {"dbt_valid_to": "until", "dbt_scd_id": None}}
    history = model("h", unique_id="snapshot.shop.h", resource_type="snapshot", config={**settings, **names})

    read = read_artifacts(write_manifest(tmp_path, [history])).nodes["snapshot.shop.h"].config

    assert read.unique_key == ["a", "b"]  # type: ignore[attr-defined]
    assert read.snapshot_meta_column_names.dbt_valid_to == "until"  # type: ignore[attr-defined]


@pytest.mark.parametrize("meta", [{"meta": {"restricted": True}}, {"config": {"meta": {"restricted": True}}}])
def test_a_column_is_restricted_by_its_metadata_of_either_place(tmp_path: Path, meta: dict[str, object]) -> None:
    columns = column("name", "text", **meta) | column("id", "int")

    nodes = read_artifacts(write_manifest(tmp_path, [model("people", columns=columns)])).nodes

    declared = nodes["model.shop.people"].columns.values()
    assert [(each.name, each.restricted) for each in declared] == [("name", True), ("id", False)]


def test_a_macro_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    broken = macro("broken", "") | {"macro_sql": 7}
    artifacts = read_artifacts(
        write_manifest(tmp_path, macros=[macro("two", "{% macro two() %}2{% endmacro %}"), broken])
    )

    assert artifacts.macro("macro.shop.none") is None
    assert artifacts.macro("macro.shop.two").macro_sql.startswith("{% macro")  # type: ignore[union-attr]
    with pytest.raises(ConfigError, match=r"manifest\.json: macro\.shop\.broken: .*int.*dbt compile"):
        artifacts.macro("macro.shop.broken")


def test_a_test_that_dbt_leaves_out_for_want_of_a_relation_is_no_test(tmp_path: Path) -> None:
    tests = [
        {"unique_id": f"test.shop.{name}", "resource_type": "test", "config": {"enabled": name != "unbound"}}
        for name in ("bound", "unbound")
    ]

    artifacts = read_artifacts(write_manifest(tmp_path, [model("orders"), *tests]))

    assert list(artifacts.test_ids) == ["test.shop.bound"]


def test_a_manifest_that_is_not_there_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"manifest\.json: there is no such file\. Write it with `dbt compile`"):
        read_artifacts(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"metadata": {}}', '{"nodes": 1, "metadata": {}}', "\udce9"])
def test_a_manifest_that_is_broken_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(ConfigError, match=r"manifest\.json: is corrupt.*dbt compile"):
        read_artifacts(tmp_path)


def test_a_node_that_is_broken_is_named(tmp_path: Path) -> None:
    target = write_manifest(tmp_path, [model("good"), model("bad") | {"name": 7}])

    with pytest.raises(ConfigError, match=r"manifest\.json: model\.shop\.bad: .*`\$\.name`.*dbt compile"):
        _ = read_artifacts(target).nodes


@pytest.mark.parametrize("version", ["https://schemas.getdbt.com/dbt/manifest/v8.json", "", "run-results/v6"])
def test_a_manifest_of_an_old_dbt_says_which_is_needed(tmp_path: Path, version: str) -> None:
    with pytest.raises(ConfigError, match=r"the oldest that can be read is 9.*dbt 1\.5 or later"):
        read_artifacts(write_manifest(tmp_path, dbt_schema_version=version))


@pytest.mark.parametrize("number", [9, 10, 11, 12, 13])
def test_a_manifest_of_dbt_1_5_or_later_is_read(tmp_path: Path, number: int) -> None:
    version = f"https://schemas.getdbt.com/dbt/manifest/v{number}.json"

    assert read_artifacts(write_manifest(tmp_path, dbt_schema_version=version)).nodes == {}


def test_the_catalog_gives_columns_in_the_order_of_the_database(tmp_path: Path) -> None:
    columns = {"B": {"name": "B", "type": "TEXT", "index": 2}, "a": {"name": "a", "type": "INTEGER", "index": 1}}
    catalog = {"metadata": {}, "nodes": {"model.shop.orders": {"columns": columns, "stats": {}}}, "sources": {}}
    (tmp_path / "catalog.json").write_text(json.dumps(catalog))

    types = read_catalog(tmp_path)["model.shop.orders"].types

    assert list(types.items()) == [("a", "INTEGER"), ("B", "TEXT")]


def test_without_a_catalog_nothing_is_known(tmp_path: Path) -> None:
    assert read_catalog(tmp_path) == {}


def test_a_broken_catalog_says_so(tmp_path: Path) -> None:
    (tmp_path / "catalog.json").write_text('{"nodes": {"model.shop.a": {}}}')

    with pytest.raises(ConfigError, match=r"catalog\.json: is corrupt.*columns.*dbt docs generate"):
        read_catalog(tmp_path)
