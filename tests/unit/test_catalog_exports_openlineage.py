"""OpenLineage events, judged by the classes that are generated from its specification."""

import json
from pathlib import Path
from typing import Any

import pytest

from ribbon.catalog.exports import OPENLINEAGE, openlineage_in
from tests.catalog_exports import BOARD, INVOCATION, STAGED, Export
from tests.openlineage_spec import read_event

Event = dict[str, Any]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    return Export(tmp_path / "shop")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    """What the project as it is exports; tests only look at it."""
    return events(Export(tmp_path_factory.mktemp("events") / "shop"))


def events(export: Export, namespace: str | None = None) -> list[Event]:
    """What is exported, each line of it read by the specification."""
    lines = export(openlineage_in(namespace)).path.read_text().splitlines()
    assert all(read_event(line) for line in lines)
    return [json.loads(line) for line in lines]


def of_job(found: list[Event], name: str, state: str | None = "COMPLETE") -> Event:
    (event,) = [each for each in found if each.get("job", {}).get("name") == name and each.get("eventType") == state]
    return event


def test_each_relation_that_was_built_has_a_run_with_its_beginning_and_end(exported: list[Event]) -> None:
    begun, ended = of_job(exported, BOARD, "START"), of_job(exported, BOARD)

    assert (begun["eventTime"], ended["eventTime"]) == ("2026-11-21T05:59:57.500Z", "2026-11-21T06:00:00.000Z")
    assert begun["run"]["runId"] == ended["run"]["runId"] != INVOCATION
    assert ended["run"]["facets"]["parent"]["run"] == {"runId": INVOCATION}
    assert of_job(exported, "dbt build", "FAIL")["run"]["runId"] == INVOCATION
    assert ended["job"]["facets"]["sql"]["query"].startswith("select id, sum(amount)")
    assert [each["name"] for each in ended["inputs"]] == ["db.main.stg_orders"]
    assert [each["name"] for each in ended["outputs"]] == ["db.main.board"]


def test_column_lineage_tells_values_from_what_decides_rows(exported: list[Event]) -> None:
    board, staged = (of_job(exported, name)["outputs"][0]["facets"]["columnLineage"] for name in (BOARD, STAGED))

    (total,) = board["fields"]["total"]["inputFields"]
    assert (total["name"], total["field"]) == ("db.main.stg_orders", "amount")
    assert total["transformations"] == [{"type": "DIRECT", "subtype": "AGGREGATION", "description": "SUM(amount)"}]
    assert [each["transformations"][0]["subtype"] for each in board["dataset"]] == ["GROUP_BY"]
    (renamed,) = staged["fields"]["mail"]["inputFields"]
    assert (renamed["field"], renamed["transformations"]) == ("email", [{"type": "DIRECT", "subtype": "IDENTITY"}])
    (filtered,) = staged["dataset"]
    assert filtered["transformations"][0]["type"] == "INDIRECT"
    assert filtered["transformations"][0]["subtype"] == "FILTER"


def test_promises_are_assertions_of_a_run_that_tested_them(exported: list[Event]) -> None:
    failed = of_job(exported, f"{BOARD}.test", "FAIL")
    (dataset,) = failed["inputs"]
    said = {each["assertion"]: each for each in dataset["inputFacets"]["dataQualityAssertions"]["assertions"]}

    assert (said["not_null"]["success"], said["not_null"]["column"]) == (True, "id")
    assert (said["accepted_range"]["success"], said["accepted_range"]["severity"]) == (False, "error")
    assert "unique" not in said, "it was never measured"


def test_a_dataset_has_columns_words_owner_and_figures(exported: list[Event]) -> None:
    facets = of_job(exported, BOARD)["outputs"][0]["facets"]

    assert facets["schema"]["fields"][0] == {
        "name": "id",
        "type": "bigint",
        "description": "Of the order.",
        "ordinal_position": 1,
    }
    assert facets["documentation"]["description"].startswith("One row per order.")
    assert facets["ownership"]["owners"] == [{"name": "finance@example.com"}]
    assert facets["dataQualityMetrics"]["rowCount"] == 42


def test_what_never_ran_is_a_static_event(export: Export) -> None:
    export.results = {}

    found = events(export)

    assert {event["schemaURL"].rpartition("/")[2] for event in found} == {"JobEvent", "DatasetEvent"}
    assert of_job(found, BOARD, None)["eventTime"] == "2026-01-02T03:04:05.678901Z"
    assert of_job(found, BOARD, None)["outputs"][0]["facets"]["columnLineage"]["fields"]


def test_a_build_that_failed_is_a_failure_with_its_message(export: Export) -> None:
    for result in export.results["results"]:
        if result["unique_id"] == BOARD:
            result |= {"status": "error", "message": "Binder Error: no such column"}

    failed = of_job(events(export), BOARD, "FAIL")

    assert failed["run"]["facets"]["errorMessage"]["message"].startswith("Binder Error")


def test_a_relation_that_was_skipped_last_has_the_run_before(export: Export) -> None:
    events(export)  # the first invocation is kept
    for result in export.results["results"]:
        result["status"] = "skipped"
        result["timing"] = []
    export.results["metadata"] |= {
        "invocation_id": "8c0b6a34-33aa-4c5e-8a4e-0f2f5d0b7c11",
        "generated_at": "2026-11-22T06:00:10Z",
    }

    ended = of_job(events(export), BOARD)

    assert ended["run"]["facets"]["parent"]["run"] == {"runId": INVOCATION}


@pytest.mark.parametrize(
    ("adapter", "namespace", "told"),
    [("bigquery", "bigquery", False), ("duckdb", "duckdb://shop", True), ("postgres", "postgres://shop", True)],
)
def test_datasets_are_in_the_namespace_of_their_database(
    export: Export, adapter: str, namespace: str, told: bool
) -> None:
    export.metadata = {"adapter_type": adapter}

    found = of_job(events(export), BOARD)
    exported = export(OPENLINEAGE)

    assert found["outputs"][0]["namespace"] == namespace
    assert any("--namespace" in note for note in exported.notes) is told


def test_a_namespace_that_is_named_is_that_of_all_datasets(export: Export) -> None:
    found = of_job(events(export, "duckdb:///there/build.duckdb"), BOARD)

    assert {each["namespace"] for each in (*found["inputs"], *found["outputs"])} == {"duckdb:///there/build.duckdb"}
