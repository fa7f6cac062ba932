"""`ribbon expectations`: the plan is what is sent, suggestions hold, Great Expectations reads the export."""

import json
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import duckdb
import pytest
import yaml

from tests.conftest import Workshop, deliver_orders, edit, new_mini, write_files

CUSTOMER = """
select
    i as customer_id,
    'AB-' || lpad(cast(i as varchar), 4, '0') as card_code,
    case i % 3 when 0 then 'open' when 1 then 'no' else 'o''b: "x"' end as state,
    (i * 37 % 1000) / 10.0 as spend_usd,
    'user' || i || '@example.com' as email,
    i + 5000000 as tax_number,
    date '2017-03-01' + cast(i as integer) as joined_date,
    if(i % 2 = 0, 'apple', 'pear') as item,
    if(i % 10 = 0, null, i % 7) as visit_count
from range(1, 201) as t(i)
"""
VISIT = "select i // 10 as store_number, i % 10 as day_number, 'x' as note from range(200) as t(i)\n"
# The relationship breaks, and `visit` may be built after `customer`.
CONTRACT = """
models:
  - name: customer
    data_tests:
      - no_rows_without: {arguments: {wanted: customer_id}}
      - not_null: {arguments: {column_name: "coalesce(customer_id, tax_number)"}}
      - relationships:
          arguments: {column_name: item, to: ref('visit'), field: note}
          config: {severity: warn}
    columns:
      - {name: customer_id, data_tests: [unique, not_null]}
      - name: state
        data_tests:
          - accepted_values: {arguments: {values: [open, "no", "o'b: \\"x\\""]}}
      - name: email
        config: {meta: {restricted: true}}
        data_tests:
          - ribbon.expect_column_values_to_match_regex: {arguments: {regex: "@"}}
      - name: tax_number
        config: {meta: {restricted: true}}
        data_tests:
          - ribbon.expect_column_max_to_be_between: {arguments: {min_value: 1}}
  - name: visit
  - name: dim_item
    columns:
      - {name: item, data_tests: [unique]}
"""
OTHER_SQL = """
{% test no_rows_without(model, wanted) %}select * from {{ model }} where {{ wanted }} is null{% endtest %}
"""
PEOPLE = "expectations/warehouse/people/people.yml"
OBSERVED = "update ribbon.expectation_results set observed_value"
FILES = {
    PEOPLE: CONTRACT,
    "models/warehouse/people/customer.sql": CUSTOMER,
    "models/warehouse/people/visit.sql": VISIT,
    "macros/no_rows_without.sql": OTHER_SQL,
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The mini project with customers and visits, built; read it, do not write to it."""
    mini = new_mini(tmp_path_factory.mktemp("town"))
    deliver_orders(mini)
    write_files(mini.project, FILES)
    assert mini.ribbon("land").exit_code == 0
    ended = mini.ribbon("build")
    assert ended.exit_code == 0, ended.out + ended.err
    return mini


@pytest.fixture(scope="module")
def plan(town: Workshop) -> dict[str, Any]:
    ended = town.ribbon("expectations", "explain", "customer", "--json")
    assert ended.exit_code == 0, ended.out
    return ended.json["explanation"]


def test_a_plan_shows_which_expectations_share_a_read(plan: dict[str, Any]) -> None:
    (part,) = plan["parts"]
    scan, *others = part["reads"]

    assert plan["relation"] == "warehouse.customer"
    assert part["part"] == "whole"
    assert scan["how"] == "scan"
    assert "not_null(column=customer_id)" in scan["expectations"]
    assert "expect_column_values_to_match_regex(column=email, regex=@)" in scan["expectations"]
    assert scan["profiles"][:2] == ["customer_id", "card_code"]
    assert {(read["how"], *read["columns"]) for read in others} >= {("groups", "customer_id"), ("histogram", "state")}


def test_what_is_not_in_the_statement_is_told_with_the_reason(plan: dict[str, Any]) -> None:
    (part,) = plan["parts"]

    ((own, sql),) = part["own"]
    assert own.startswith("not_null(")
    assert "where coalesce(customer_id, tax_number) is null" in sql
    assert {each.split("(")[0]: reason for each, reason in plan["ungated"]} == {
        "no_rows_without": "it has no measure",
        "relationships": "it reads a relation that may be built later",
    }


def test_the_statement_that_is_shown_answers_for_every_expectation(town: Workshop, plan: dict[str, Any]) -> None:
    shown = town.ribbon("expectations", "explain", "customer", "--sql")

    statement = plan["parts"][0]["statement"]
    assert statement in shown.out
    assert "customer (table): 5 expectations, 1 statement, " in shown.out
    assert "it reads a relation that may be built later" in shown.out
    names = {name for read in plan["parts"][0]["reads"] for name in read["expectations"]}
    profiles = {name for read in plan["parts"][0]["reads"] for name in read["profiles"]}
    told = town.query(f"unpivot (select cast(columns(*) as varchar) from ({statement})) on columns(*)")
    failures = [value for name, value in told if name.endswith("_failures")]
    assert failures == ["0"] * len(names)
    assert len([name for name, _ in told if name.endswith("_present")]) == len(profiles)


def test_a_model_that_does_not_exist_is_a_wrong_call_with_close_matches(town: Workshop) -> None:
    for words in (("explain",), ("suggest",)):
        ended = town.ribbon("expectations", *words, "custmer")
        assert ended.exit_code == 2
        assert "there is no model, seed or snapshot custmer. Did you mean customer?" in ended.err


@pytest.fixture(scope="module")
def suggested(town: Workshop) -> dict[str, Any]:
    ended = town.ribbon("expectations", "suggest", "customer", "--json")
    assert ended.exit_code == 0, ended.out
    return ended.json


def test_a_suggestion_leaves_room_and_leaves_out_what_is_promised(suggested: dict[str, Any]) -> None:
    columns = suggested["columns"]

    assert suggested["contract"] == PEOPLE
    assert suggested["data_tests"][0] == {
        "ribbon.expect_table_row_count_to_be_between": {"arguments": {"min_value": 100, "max_value": 400}}
    }
    assert {"ribbon.expect_row_count_near_history": {"arguments": {"tolerance": 0.5}}} in suggested["data_tests"]
    assert "customer_id" not in columns
    assert columns["card_code"] == [
        "unique",
        "not_null",
        {"ribbon.expect_column_values_to_match_regex": {"arguments": {"regex": "^[A-Z]{2}-[0-9]{4}$"}}},
    ]
    assert columns["state"] == ["not_null"]
    assert columns["spend_usd"][1:] == [
        {"ribbon.expect_column_values_to_be_between": {"arguments": {"min_value": 0, "max_value": 120}}}
    ]
    assert columns["joined_date"][1:] == [
        {
            "ribbon.expect_column_values_to_be_between": {
                "arguments": {"min_value": "2017-01-01", "max_value": "2018-12-31"}
            }
        }
    ]
    assert columns["visit_count"][0] == {"ribbon.expect_column_values_to_not_be_null": {"arguments": {"mostly": 0.85}}}


def test_a_key_of_another_relation_becomes_a_relationship_unless_one_is_promised(
    town: Workshop, suggested: dict[str, Any]
) -> None:
    assert suggested["columns"]["item"] == [
        "not_null",
        {"ribbon.expect_column_values_to_be_in_set": {"arguments": {"value_set": ["apple", "pear"]}}},
    ]

    orders = town.ribbon("expectations", "suggest", "fct_order", "--json").json

    relationship = {"relationships": {"arguments": {"to": "ref('dim_item')", "field": "item"}}}
    assert orders["columns"]["item"] == ["not_null", relationship]


def test_of_restricted_columns_no_value_is_suggested(suggested: dict[str, Any]) -> None:
    assert suggested["columns"]["email"] == ["not_null"]
    assert suggested["columns"]["tax_number"] == ["not_null"]
    assert "50000" not in json.dumps(suggested)


def test_a_table_without_a_key_of_one_column_gets_its_grain(town: Workshop) -> None:
    tests = town.ribbon("expectations", "suggest", "visit", "--json").json["data_tests"]

    assert {"ribbon.expect_grain": {"arguments": {"columns": ["store_number", "day_number"]}}} in tests


def test_what_is_suggested_can_be_pasted_into_the_contract_and_builds_green(town: Workshop, tmp_path: Path) -> None:
    town = copy_of(town, tmp_path)
    contract = yaml.safe_load((town.project / PEOPLE).read_text())
    for model in contract["models"]:
        ended = town.ribbon("expectations", "suggest", model["name"])
        assert ended.exit_code == 0, ended.err
        paste(yaml.safe_load(ended.out)["models"][0], model)
    write_files(town.project, {PEOPLE: yaml.safe_dump(contract)})

    built = town.dbt("build", "--select", "customer", "visit", "dim_item")

    results = json.loads((town.target / "run_results.json").read_text())["results"]
    tests = [result for result in results if result["unique_id"].startswith("test.")]
    assert built.exit_code == 0, built.out
    assert len(tests) > 25
    # The one promise that was broken before.
    assert [test["unique_id"].split(".")[2] for test in tests if test["status"] != "pass"] == [
        "relationships_customer_item__note__ref_visit_"
    ]
    again = town.ribbon("expectations", "suggest", "visit")
    assert again.out.startswith(f"# visit: nothing to add to {PEOPLE}.")


def test_a_model_that_is_not_built_cannot_be_profiled(town: Workshop, tmp_path: Path) -> None:
    town = copy_of(town, tmp_path)
    with duckdb.connect(str(town.data / "build.duckdb")) as build:
        build.execute("drop table warehouse.visit")

    ended = town.ribbon("expectations", "suggest", "visit")

    assert ended.exit_code == 2
    assert "Build it: dbt build --select visit" in ended.err


def test_an_argument_that_does_not_exist_is_told_by_explain(town: Workshop, tmp_path: Path) -> None:
    town = copy_of(town, tmp_path)
    edit(town, "expectations/mart/sales/sales_daily.yml", "max_value: 1000", "maximum: 1000")

    ended = town.ribbon("expectations", "explain", "sales_daily")

    assert ended.exit_code == 2
    assert "expectations/mart/sales/sales_daily.yml" in ended.err
    assert "unknown argument maximum" in ended.err


@pytest.fixture(scope="module")
def exported(town: Workshop, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("export") / "gx"
    ended = town.ribbon("expectations", "export", "--dir", str(folder), "--json")
    assert ended.exit_code == 0, ended.out + ended.err
    return folder, ended.json


def test_every_relation_has_a_suite_that_says_what_its_contract_says(exported: tuple[Path, dict[str, Any]]) -> None:
    folder, told = exported
    suites = {path.stem: json.loads(path.read_text()) for path in folder.glob("expectations/*/*.json")}

    assert set(suites) == {"customer", "dim_item", "fct_order", "sales_daily", "orders", "items"}
    (between,) = [one for one in suites["sales_daily"]["expectations"] if one["type"].endswith("_be_between")]
    assert between["kwargs"] == {"column": "unit_count", "max_value": 1000}
    assert "expect_column_values_to_be_in_set" in {one["type"] for one in suites["customer"]["expectations"]}
    left_out = [name.split(".")[2].split("_customer_")[0] for name in told["left_out"]]
    assert left_out == ["no_rows_without", "relationships"]


def test_great_expectations_reads_the_recorded_results(exported: tuple[Path, dict[str, Any]]) -> None:
    folder, document = exported
    program = f"""
import json, great_expectations as gx
context = gx.get_context(mode="file", context_root_dir={str(folder)!r})
results = [context.validation_results_store.get(key) for key in context.validation_results_store.list_keys()]
print(json.dumps([[each.suite_name, each.success, each.statistics["evaluated_expectations"]] for each in results]))
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    read = {name: (success, count) for name, success, count in json.loads(ended.stdout.splitlines()[-1])}

    assert document["folder"] == str(folder)
    assert sorted(read) == [
        "lake.items",
        "lake.orders",
        "mart_sales.sales_daily",
        "warehouse.customer",
        "warehouse.dim_item",
        "warehouse.fct_order",
    ]
    assert all(success for success, _ in read.values())
    assert sum(count for _, count in read.values()) == document["results"]
    results = "".join(path.read_text() for path in folder.glob("uncommitted/validations/warehouse/customer/**/*.json"))
    assert "unexpected_count" in results
    assert "joined" not in results


def test_the_export_shows_no_values_of_restricted_columns(town: Workshop, tmp_path: Path) -> None:
    town = copy_of(town, tmp_path)
    with duckdb.connect(str(town.data / "build.duckdb")) as build:
        build.execute(
            "update ribbon.expectation_results set observed_value = '5000200' where column_name = 'tax_number'"
        )
        build.execute(f"{OBSERVED} = '4711' where column_name = 'order_id'")

    ended = town.ribbon("expectations", "export")

    assert ended.exit_code == 0, ended.err
    texts = [path.read_text() for path in (town.data / "gx").rglob("*.*") if path.suffix in {".json", ".html"}]
    assert any("4711" in text for text in texts)
    assert not any("5000200" in text for text in texts)


def test_an_export_of_nothing_says_what_to_do(town: Workshop, tmp_path: Path) -> None:
    town = copy_of(town, tmp_path)
    (town.data / "build.duckdb").unlink()

    ended = town.ribbon("expectations", "export")

    assert ended.exit_code == 2
    assert "no expectation has been measured yet. Run `ribbon run`" in ended.err


def copy_of(workshop: Workshop, folder: Path) -> Workshop:
    """The same as a copy that a test may change."""
    for part in ("project", "data", "target"):
        copytree(getattr(workshop, part), folder / part)
    return Workshop(folder / "project", folder / "data", folder / "target")


def paste(found: dict[str, Any], contract: dict[str, Any]) -> None:
    """Merge the tests of one model's YAML into another's, as a person would."""
    contract.setdefault("data_tests", []).extend(found.get("data_tests", []))
    columns = {column["name"]: column for column in contract.setdefault("columns", [])}
    for column in found.get("columns", []):
        if column["name"] not in columns:
            contract["columns"].append({"name": column["name"]})
            columns[column["name"]] = contract["columns"][-1]
        columns[column["name"]].setdefault("data_tests", []).extend(column["data_tests"])
