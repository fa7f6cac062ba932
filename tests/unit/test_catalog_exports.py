"""The catalog as one JSON document and as Parquet, and how exports are written."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from ribbon.catalog.exports import JSON, ODCS, OPENLINEAGE, PARQUET, Format
from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.json_schema import FILE, json_schema
from ribbon.errors import ConfigError, WorldError
from tests.catalog_exports import BOARD, INVOCATION, ORDERS, STAGED, Export

FORMATS = (JSON, PARQUET, OPENLINEAGE, ODCS)
each_format = pytest.mark.parametrize("made", FORMATS, ids=lambda made: made.name)


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path / "shop")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return json.loads(Export(tmp_path_factory.mktemp("document") / "shop")(JSON).path.read_text())


def content(path: Path) -> dict[str, bytes]:
    """Of a file, or of all files of a folder."""
    files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}


def rows(document: dict[str, Any], table: str, **where: Any) -> list[dict[str, Any]]:
    return [row for row in document[table] if all(row[name] == value for name, value in where.items())]


def test_the_schema_that_ships_is_what_the_rows_are() -> None:
    assert FILE.read_text() == json_schema(), "run `python -m ribbon.catalog.exports.json_schema` into it"


def test_the_document_is_as_its_schema_says(document: dict[str, Any]) -> None:
    jsonschema.validate(document, json.loads(FILE.read_text()))

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"version": 0}, json.loads(FILE.read_text()))


def test_a_use_case_that_nothing_names_is_none(export: Export) -> None:
    export.nodes[2] |= {"fqn": ["shop", "marts", "board"], "config": {}}

    document = json.loads(export(JSON).path.read_text())

    assert [row["use_case"] for row in rows(document, "relations", relation=BOARD)] == [None]
    assert [row["use_case"] for row in document["use_cases"]] == ["finance"], "the group that declares a stage"
    assert document["exposure_use_cases"] == []


def test_it_holds_relations_columns_and_the_steps_between_them(document: dict[str, Any]) -> None:
    (board,) = rows(document, "relations", relation=BOARD)
    (edge,) = rows(document, "column_lineage", relation=BOARD, column="total")
    (deciding,) = rows(document, "row_lineage", relation=STAGED)

    assert (document["project"], document["adapter"], document["version"]) == ("shop", "duckdb", 1)
    assert (board["use_case"], board["source"], board["owner"], board["grain"]) == ("finance", None, "Finance", ["id"])
    assert board["row_count"] == 42
    assert [column["column"] for column in rows(document, "columns", relation=BOARD)] == ["id", "total"]
    assert (edge["from_relation"], edge["from_column"], edge["kind"]) == (STAGED, "amount", "aggregated")
    assert edge["expressions"] == ["SUM(amount)"]
    assert (deciding["from_relation"], deciding["from_column"], deciding["role"]) == (ORDERS, "amount", "filtered by")
    assert {(row["relation"], row["reads"]) for row in document["reads"]} == {(BOARD, STAGED), (STAGED, ORDERS)}


def test_it_holds_promises_with_what_was_said_of_them_last(document: dict[str, Any]) -> None:
    (kept,) = rows(document, "promises", relation=BOARD, expectation="not_null", column="id")
    (broken,) = rows(document, "promises", expectation="accepted_range")
    (never,) = rows(document, "promises", expectation="unique")
    (verdict,) = rows(document, "verdicts", promise=broken["promise"])

    assert (kept["status"], never["status"], never["judged_at"]) == ("pass", "never", None)
    assert (broken["status"], broken["unexpected"], broken["arguments"]) == ("fail", 2, {"min_value": 0})
    assert (verdict["place"], verdict["run"], verdict["status"]) == (0, INVOCATION, "fail")
    assert verdict["judged_at"] == "2026-11-21T06:00:00Z"


def test_it_holds_runs_sources_uses_and_what_they_were_promised(document: dict[str, Any]) -> None:
    (run,) = document["runs"]
    (case,) = rows(document, "use_cases", use_case="finance")
    (exposure,) = document["exposures"]

    assert (run["run"], run["command"], run["failed"]) == (INVOCATION, "build", 2)
    assert {(row["relation"], row["status"]) for row in document["relation_runs"]} == {
        (BOARD, "success"),
        (STAGED, "success"),
    }
    assert document["sources"] == [{"source": "crm", "description": "Of the shop."}]
    assert (case["stage"], case["decision"], case["broken"]) == ("exploring", "what to buy", 1)
    assert document["service_levels"] == [{"use_case": "finance", "name": "Fresh by", "words": "7 in the morning"}]
    assert exposure["url"] == "https://bi.example.com/1"
    assert document["exposure_reads"] == [{"exposure": "exposure.shop.weekly", "relation": BOARD}]


def test_parquet_holds_the_same_and_can_be_joined(export: Export, document: dict[str, Any]) -> None:
    folder = export(PARQUET, "tables").path
    with duckdb.connect() as database:
        for file in folder.glob("*.parquet"):
            database.execute(f"create view {file.stem} as select * from '{file}'")
        broken = database.execute(
            "select relations.use_case, promises.column, verdicts.unexpected"
            " from promises join relations using (relation) join verdicts using (promise)"
            " where verdicts.place = 0 and verdicts.status = 'fail' and relations.layer = 'mart'"
        ).fetchall()
        types = dict(database.execute("select column_name, column_type from (describe relations)").fetchall())
        counts = {
            name: database.execute(f"select count(*) from {name}").fetchall()[0][0]
            for name, table in document.items()
            if isinstance(table, list) and name != "notes"
        }
        (head,) = database.execute("select project, version from catalog").fetchall()

    assert broken == [("finance", "total", 2)]
    assert (types["row_count"], types["loaded_at"], types["grain"]) == (
        "BIGINT",
        "TIMESTAMP WITH TIME ZONE",
        "VARCHAR[]",
    )
    assert counts == {name: len(document[name]) for name in counts}
    assert len(counts) == 22
    assert head == ("shop", 1)


@each_format
def test_two_exports_of_the_same_state_are_equal_byte_for_byte(export: Export, made: Format) -> None:
    assert content(export(made, "one").path) == content(export(made, "other").path)


@each_format
def test_an_export_that_is_there_is_replaced_whole(export: Export, made: Format) -> None:
    before = content(export(made).path)
    export.nodes[2] |= {"name": "panel", "unique_id": "model.shop.panel", "description": "Another."}
    export.nodes = [node for node in export.nodes if node["resource_type"] != "test"]

    after = content(export(made).path)

    assert after != before
    assert not any(b"One row per order" in text or "board" in name for name, text in after.items())
    assert [path.name for path in export.folder.iterdir() if path.name.startswith("out")] == ["out"]


@each_format
def test_what_is_no_export_of_this_format_is_left_alone(export: Export, made: Format) -> None:
    (export.folder / "mine").mkdir()
    (export.folder / "mine/notes.txt").write_text("mine")
    others = [other for other in FORMATS if other is not made]
    paths = [
        export.folder / "mine",
        export.folder / "dbt_project.yml",
        *(export(each, each.name).path for each in others),
    ]
    before = [content(path) for path in paths]

    is_folder = export(made, "own").path.is_dir()
    for path in paths:
        with pytest.raises(ConfigError, match="Name") as refused:
            export(made, path)
        if path.is_dir() != is_folder:
            found, wanted = ("folder", "file") if path.is_dir() else ("file", "folder")
            said = f"{path}: is a {found}, and `ribbon export {made.name}` writes a {wanted}. Name another."
            assert str(refused.value) == said

    assert [content(path) for path in paths] == before


def breaking(made: Format) -> Format:
    """The format on a disk that is full before the end."""

    def write(catalog: Catalog, draft: Path) -> Mapping[str, int]:
        made.write(catalog, draft)
        raise OSError(28, "No space left on device")

    return replace(made, write=write)


@each_format
def test_an_export_that_breaks_off_leaves_what_was_there(export: Export, made: Format) -> None:
    before = content(export(made).path)

    with pytest.raises(WorldError, match="No space left"):
        export(breaking(made))

    assert content(export.folder / "out") == before
    assert [path.name for path in export.folder.iterdir() if path.name.startswith("out")] == ["out"]


def test_a_folder_that_was_moved_aside_by_a_process_that_died_comes_back(export: Export) -> None:
    path = export(PARQUET).path
    before = content(path)
    path.rename(path.with_name("out.ribbon-former"))

    with pytest.raises(WorldError):
        export(breaking(PARQUET))

    assert content(path) == before
    assert not path.with_name("out.ribbon-former").exists()


@each_format
def test_no_value_of_a_restricted_column_is_exported(export: Export, made: Format) -> None:
    """What dbt said when the promise was broken quotes one; what the contract allows is its own words."""
    written = b"".join(content(export(made).path).values())

    assert b"eve@example.com" not in written
