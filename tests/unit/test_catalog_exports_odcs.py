"""Data contracts, judged by the model and the JSON schema of the Open Data Contract Standard."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from ribbon.catalog.exports import ODCS
from ribbon.catalog.exports.logical_types import logical_type
from tests.catalog_exports import BOARD, Export
from tests.manifests import data_test

SCHEMA = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text())


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path / "shop")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The contract of the project as it is; tests only look at it."""
    return contract(Export(tmp_path_factory.mktemp("contract") / "shop"))


def contract(export: Export) -> dict[str, Any]:
    """That of the mart, which is the only one."""
    (file,) = export(ODCS).path.glob("*.yaml")
    said = yaml.safe_load(file.read_text())
    jsonschema.Draft201909Validator(SCHEMA).validate(said)
    OpenDataContractStandard.from_file(str(file))
    return said


def of_column(said: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in said["schema"][0]["properties"] if each["name"] == name]
    return found


def rule(said: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in said["quality"] if each["name"] == name]
    return {key: value for key, value in found.items() if key not in {"name", "description", "unit"}}


def test_a_mart_has_a_contract_that_says_what_it_is_for_and_who_answers(exported: dict[str, Any]) -> None:
    said = exported

    assert (said["apiVersion"], said["kind"], said["id"]) == ("v3.2.0", "DataContract", BOARD)
    assert (said["name"], said["domain"], said["dataProduct"]) == ("mart.board", "finance", "Finance")
    assert said["status"] == "draft", "the use case is exploring"
    assert said["description"]["purpose"] == "what to buy"
    assert said["team"]["members"] == [{"username": "finance@example.com", "name": "Finance", "role": "owner"}]
    assert said["slaProperties"] == [{"property": "freshBy", "value": "7 in the morning", "description": "Fresh by"}]
    assert said["tags"] == ["money"]
    assert said["schema"][0]["description"].endswith('<b>Not</b> all of them: "some".')


def test_columns_have_types_and_the_key_in_its_order(exported: dict[str, Any]) -> None:
    said = exported
    key, total = of_column(said, "id"), of_column(said, "total")

    assert (key["logicalType"], key["physicalType"]) == ("integer", "bigint")
    assert (key["primaryKey"], key["primaryKeyPosition"], key["required"], key["unique"]) == (True, 1, True, True)
    assert total["logicalType"] == "number"
    assert "required" not in total, "that it is never null only warns, and of some rows"
    assert total["transformLogic"] == "SUM(amount)"


def test_promises_that_the_standard_knows_are_said_in_its_words(exported: dict[str, Any]) -> None:
    said = exported
    key = of_column(said, "id")
    library = {"type": "library", "severity": "error"}

    assert rule(key, "not_null") == {**library, "metric": "nullValues", "dimension": "completeness", "mustBe": 0}
    assert rule(key, "unique") == {**library, "metric": "duplicateValues", "dimension": "uniqueness", "mustBe": 0}
    assert rule(said["schema"][0], "expect_table_row_count_to_be_between") == {
        **library,
        "metric": "rowCount",
        "dimension": "coverage",
        "mustBeBetween": [1, 9],
    }


def test_all_other_promises_are_the_dbt_tests_that_they_are(exported: dict[str, Any]) -> None:
    total = of_column(exported, "total")

    assert rule(total, "accepted_range") == {
        "type": "custom",
        "engine": "dbt",
        "implementation": {"accepted_range": {"arguments": {"min_value": 0}}},
        "severity": "error",
    }
    partial = rule(total, "not_null")
    assert partial["implementation"] == {"not_null": {"config": {"where": "id > 1"}}}
    assert partial["severity"] == "warning"


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("expect_grain", {"columns": ["id", "total"]}, {"metric": "duplicateValues", "mustBe": 0}),
        ("expect_table_row_count_to_equal", {"value": 3}, {"metric": "rowCount", "mustBe": 3}),
        ("expect_table_row_count_to_be_between", {"min_value": 0}, {"mustBeGreaterOrEqualTo": 0}),
        ("expect_table_row_count_to_be_between", {"max_value": 9, "strict_max": True}, {"mustBeLessThan": 9}),
        ("expect_table_row_count_to_be_between", {"min_value": 3, "max_value": 3}, {"mustBe": 3}),
        ("expect_table_row_count_to_be_between", {"min_value": "{{ 3 }}"}, {"engine": "dbt"}),
        ("expect_grain", {"columns": "id"}, {"engine": "dbt"}),
        ("expect_grain", {"columns": ["id"], "mostly": 0.9}, {"engine": "dbt"}),
    ],
)
def test_a_rule_says_what_its_arguments_say(
    export: Export, name: str, arguments: dict[str, Any], said: dict[str, Any]
) -> None:
    export.nodes = [node for node in export.nodes if node["resource_type"] != "test"]
    export.nodes.append(data_test(name, "board", arguments=arguments))

    assert said.items() <= rule(contract(export)["schema"][0], name).items()


def test_the_version_is_another_where_the_contract_is(export: Export) -> None:
    before = contract(export)["version"]
    export.results["results"][1]["adapter_response"]["rows_affected"] = 43
    same = contract(export)["version"]
    export.nodes[2]["description"] = "One row per order and day."

    assert before.startswith("1.0.0+")
    assert before == same != contract(export)["version"]


def test_a_mart_whose_use_case_is_unknown_has_no_domain(export: Export) -> None:
    export.nodes[2] |= {"fqn": ["shop", "marts", "board"], "config": {}}

    said = contract(export)

    assert "domain" not in said
    assert "dataProduct" not in said
    assert said["description"]["purpose"].startswith("One row per order.")


@pytest.mark.parametrize(
    ("adapter", "server"),
    [
        ("bigquery", {"type": "bigquery", "project": "db", "dataset": "main"}),
        ("duckdb", {"type": "duckdb", "database": "db", "schema": "main"}),
        ("postgres", {"type": "custom", "database": "db", "schema": "main"}),
    ],
)
def test_the_server_is_what_artifacts_know_of_it(export: Export, adapter: str, server: dict[str, str]) -> None:
    export.metadata = {"adapter_type": adapter}

    assert server.items() <= contract(export)["servers"][0].items()


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        ("integer", ["BIGINT", "int64", "UTINYINT", "decimal(18, 0)", "integer"]),
        ("number", ["DOUBLE", "DECIMAL(14,2)", "numeric", "FLOAT64", "BIGNUMERIC"]),
        ("string", ["VARCHAR", "varchar(20)", "STRING", "text", "uuid", "character varying"]),
        ("timestamp", ["TIMESTAMP WITH TIME ZONE", "datetime", "timestamp_ntz"]),
        ("date", ["DATE"]),
        ("time", ["TIME"]),
        ("boolean", ["BOOLEAN", "bool"]),
        ("array", ["VARCHAR[]", "INTEGER[3]", "ARRAY<INT64>", "STRUCT(a INTEGER)[]"]),
        ("object", ["STRUCT(a INTEGER)", "JSON", "variant"]),
        ("map", ["MAP(VARCHAR, INTEGER)"]),
        (None, ["BLOB", "INTERVAL", "geometry", "", None]),
    ],
)
def test_a_type_of_a_database_has_a_logical_type(kind: str | None, types: list[str | None]) -> None:
    assert {logical_type(each) for each in types} == {kind}
