"""`ribbon export`: on the reference project, as it was built."""

import json
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
import yaml

from ribbon.catalog.exports.json_schema import FILE
from tests.conftest import Workshop
from tests.openlineage_spec import read_event

KINDS = ("json", "parquet", "openlineage", "odcs")


@pytest.fixture(scope="module")
def exported(built: Workshop, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every export of the built project by its kind; tests only look at them."""
    folder = tmp_path_factory.mktemp("exports")
    for kind in KINDS:
        ended = built.ribbon("export", kind, "--output", str(folder / kind))
        assert ended.exit_code == 0, ended.out + ended.err
    return {kind: folder / kind for kind in KINDS}


@pytest.fixture(scope="module")
def document(exported: dict[str, Path]) -> dict[str, Any]:
    return json.loads(exported["json"].read_text())


def test_the_document_holds_what_was_built(document: dict[str, Any]) -> None:
    jsonschema.validate(document, json.loads(FILE.read_text()))
    verdicts = {promise["status"] for promise in document["promises"]}

    assert {"lake.transactions", "mart.store_daily"} <= {each["label"] for each in document["relations"]}
    assert "pass" in verdicts
    assert any(column["distinct"] for column in document["columns"])


def test_every_event_is_one_of_openlineage(built: Workshop, exported: dict[str, Path]) -> None:
    lines = exported["openlineage"].read_text().splitlines()
    found = [json.loads(line) for line in lines if read_event(line)]
    datasets = {each["namespace"] for event in found for each in event.get("outputs", ())}

    assert len(found) > 100
    assert datasets == {f"duckdb://{built.data / 'build.duckdb'}"}


def test_the_server_of_a_contract_has_the_table(built: Workshop, exported: dict[str, Path]) -> None:
    contracts = [yaml.safe_load(file.read_text()) for file in exported["odcs"].glob("*.yaml")]
    marts = set(built.query("select table_schema, table_name from information_schema.tables", "marts.duckdb"))

    assert {each["servers"][0]["database"] for each in contracts} == {str(built.data / "marts.duckdb")}
    assert {(each["servers"][0]["schema"], each["schema"][0]["name"]) for each in contracts} <= marts
    assert len(contracts) > 10


def test_no_measured_value_of_a_restricted_column_is_exported(
    built: Workshop, document: dict[str, Any], exported: dict[str, Path]
) -> None:
    restricted = {(row["relation"], row["column"]) for row in document["columns"] if row["restricted"]}
    with duckdb.connect() as database:
        columns = database.execute(
            f"select smallest, largest from '{exported['parquet'] / 'columns.parquet'}' where restricted"
        ).fetchall()

    assert built.value("select count(distinct age) from lake.demographics") > 1
    assert len(columns) == len(restricted) > 1
    assert set(columns) == {(None, None)}
    assert not [row for row in document["frequent_values"] if (row["relation"], row["column"]) in restricted]
    assert not [
        row["observed"]
        for row in document["promises"]
        if (row["relation"], row["column"]) in restricted and row["observed"]
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("json", "--output", "models"), "is a folder"),
        (("odcs", "--output", "models"), "is not an export of `ribbon export odcs`"),
        (("json", "--output", "x", "--target-path", "nowhere"), "there is no such file"),
        (("xml", "--output", "x"), "No such command 'xml'"),
        (("json",), "Missing option '--output'"),
    ],
)
def test_what_cannot_be_exported_says_why_and_writes_nothing(
    workshop: Workshop, words: tuple[str, ...], said: str
) -> None:
    ended = workshop.ribbon("export", *words)

    assert ended.exit_code == 2
    assert said in ended.err
    assert not (workshop.project / "x").exists()
