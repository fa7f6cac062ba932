"""Each expectation, on inline rows, twice from one build: as the gate measures it, and as its test's own SQL finds it."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pytest
import yaml

from ribbon.model import in_contract
from tests.conftest import REPOSITORY, Workshop, edit, new_mini, write_files
from tests.macros import cases_of_aggregates, cases_of_records, cases_of_tables, cases_of_texts, cases_of_values

OF_ROWS = cases_of_values.CASES | cases_of_texts.CASES | cases_of_records.CASES
OF_TABLES = cases_of_aggregates.CASES | cases_of_tables.CASES
AT_THE_DOOR = {"expect_column_values_to_be_dateutil_parseable", "expect_column_values_to_match_json_schema"}
ABOUT_NULLS = {
    "expect_column_values_to_not_be_null",
    "expect_grain",
    "expect_column_pair_cramers_phi_value_to_be_less_than",
}
ORACLES = {"Great Expectations on pandas", "Great Expectations on SQLAlchemy", "hand-written cases"}
CASES_FOLDER = "warehouse/cases"
PROFILE = """run_id varchar, measured_at timestamp, node_id varchar, column_name varchar, row_count bigint, null_count bigint,
    distinct_count bigint, min_value varchar, max_value varchar, top_values varchar"""


@dataclass(frozen=True)
class Case:
    """An expectation of a table of rows, and how many failures dbt is to report; 0 means it passes."""

    expectation: str
    what: str
    arguments: dict[str, Any]
    rows: str
    failures: int
    column: str = "a"

    @property
    def test(self) -> dict[str, Any]:
        return {self.expectation: {"arguments": self.arguments, "config": {"meta": {"on_unexpected": "warn"}}}}

    @property
    def is_of_one_column(self) -> bool:
        told = {"column", "column_A", "column_list"} & self.arguments.keys()
        return self.expectation.startswith("expect_column_") and not told


def relation_of(rows: str) -> str:
    """The rows of a case as a query with the columns a, b, c."""
    if rows.startswith("select"):
        return rows
    count = len(duckdb.sql(f"select * from (values {rows})").columns)
    return f"select * from (values {rows}) as t ({', '.join('abc'[:count])})"


def read_case(expectation: str, what: str, arguments: str, rows: str, failures: int) -> Case:
    told = {} if arguments == "{}" else yaml.safe_load(f"{{{arguments}}}")
    return Case(expectation, what, told, relation_of(rows), failures)


def table_like(case: Case, value: str, condition: str) -> str:
    """A table of texts or numbers, as the case's rows are. Cases share it."""
    type_name = "varchar" if "'" in case.rows else "integer"
    columns = ", ".join(f"cast({value} as {type_name}) as {name}" for name in "abc")
    return f"select {columns} from range(2) where {condition}"


def on_no_rows(case: Case) -> Case:
    return replace(case, what="passes on no rows", rows=table_like(case, "1", "false"))


def on_nulls_only(case: Case) -> Case:
    return replace(case, what="passes on nulls only", rows=table_like(case, "null", "true"))


def with_a_reserved_name(case: Case) -> Case:
    """The same with the column a called select."""
    told = json.loads(re.sub(r'"a"', '"select"', json.dumps(case.arguments, default=str)))
    what = f"{case.what} on a column named select"
    return replace(
        case, what=what, arguments=told, rows=f'select * rename (a as "select") from ({case.rows})', column="select"
    )


def all_cases() -> list[Case]:
    written = [read_case(name, *told) for name, cases in (OF_ROWS | OF_TABLES).items() for told in cases]
    passing = {
        case.expectation: case for case in reversed(written) if not case.failures and case.expectation in OF_ROWS
    }
    failing = {case.expectation: case for case in reversed(written) if case.failures and case.expectation in OF_ROWS}
    usual = [case for name, case in passing.items() if name not in ABOUT_NULLS]
    return [
        *written,
        *map(on_no_rows, usual),
        *map(on_nulls_only, usual),
        *map(with_a_reserved_name, failing.values()),
    ]


CASES = all_cases()
TABLES = {rows: f"rows_{number}" for number, rows in enumerate(dict.fromkeys(case.rows for case in CASES))}


def name_of(case: Case) -> str:
    return f"case_{CASES.index(case)}"


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """All cases, measured in one build, with an older history of what two expectations look back on."""
    mini = new_mini(tmp_path_factory.mktemp("expectations"))
    files = {f"models/{CASES_FOLDER}/{name}.sql": rows for rows, name in TABLES.items()}
    files[f"models/{CASES_FOLDER}/other.sql"] = "select 10 as a\n"
    files[f"expectations/{CASES_FOLDER}/cases.yml"] = yaml.safe_dump(
        {"models": [contract(name) for name in TABLES.values()]}
    )
    write_files(mini.project, files)
    write_history(mini)
    write_door_tests(mini)
    mini.dbt("build", "--quiet", "--select", f"path:models/{CASES_FOLDER}", "source:shop.orders")
    return mini


def contract(model: str) -> dict[str, Any]:
    """The contract of a table of rows: its own tests, and those of its column."""
    of_table: list[dict[str, Any]] = []
    of_columns: dict[str, list[dict[str, Any]]] = {}
    for case in CASES:
        if TABLES[case.rows] == model:
            test = {in_contract(case.expectation): {"name": name_of(case), **case.test[case.expectation]}}
            (of_columns.setdefault(case.column, []) if case.is_of_one_column else of_table).append(test)
    columns = [{"name": name, "data_tests": tests} for name, tests in of_columns.items()]
    return {"name": model, "data_tests": of_table, "columns": columns}


def write_history(mini: Workshop) -> None:
    """Five runs of some tables, newest first with 4, 4, 5, 9 and 9 rows, or 25, 25, 30, 50 and 50 % of nulls."""
    runs = {
        "expect_row_count_near_history": [(4, 0), (4, 0), (5, 0), (9, 0), (9, 0)],
        "expect_column_null_rate_near_history": [(20, 5), (20, 5), (20, 6), (20, 10), (20, 10)],
    }
    with duckdb.connect(str(mini.data / "build.duckdb")) as connection:
        connection.execute(f"create schema ribbon; create table ribbon.column_profiles ({PROFILE})")
        for node_id, expectation in {(f"model.mini.{TABLES[case.rows]}", case.expectation) for case in CASES}:
            for age, (rows, nulls) in enumerate(runs.get(expectation, [])):
                connection.execute(
                    "insert into ribbon.column_profiles (run_id, measured_at, node_id, column_name, row_count, null_count) "
                    f"values ('run {age}', now() - interval {age + 1} day, '{node_id}', 'a', {rows}, {nulls})"
                )


def write_door_tests(mini: Workshop) -> None:
    """Put what only the lake's door can measure on a column of a source."""
    tests = [
        {in_contract(name): {"arguments": {"json_schema": {}} if "json" in name else {}}}
        for name in sorted(AT_THE_DOOR)
    ]
    item = "name: item\n            data_type: string\n            data_tests:\n"
    lines = "".join(f"              - {json.dumps(test)}\n" for test in tests)
    edit(mini, "expectations/lake/shop.yml", item, item + lines)


@pytest.fixture(scope="module")
def results(mini: Workshop) -> dict[str, dict[str, Any]]:
    """What dbt reports of each test, by its name."""
    results = json.loads((mini.target / "run_results.json").read_text())["results"]
    return {result["unique_id"].split(".")[2]: result for result in results if result["unique_id"].startswith("test.")}


@pytest.fixture(scope="module")
def sent(mini: Workshop) -> set[str]:
    """The tests that ran SQL of their own, by name: those that the gate did not answer for."""
    entries = re.split(r"^(?=\S*\d\d:\d\d:\d\d\.)", (mini.target / "logs/dbt.log").read_text(), flags=re.MULTILINE)
    ran = [re.search(r"On test\.mini\.([^:.\s]+)", entry) for entry in entries if "dbt_internal_test" in entry]
    return {found[1] for found in ran if found}


@pytest.fixture(scope="module")
def found(mini: Workshop) -> dict[str, int]:
    """How many rows the SQL of each test finds when it runs by itself, with the history that the gate looked back on."""
    with duckdb.connect(str(mini.data / "build.duckdb")) as connection:
        connection.execute("delete from ribbon.column_profiles where run_id not like 'run %'")
        return {
            path.stem: len(connection.execute(path.read_text()).fetchall())
            for path in mini.target.glob(f"compiled/mini/expectations/{CASES_FOLDER}/cases.yml/case_*.sql")
        }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.expectation}: {case.what}")
def test_an_expectation_counts_what_it_does_not_expect(
    results: dict[str, dict[str, Any]], found: dict[str, int], sent: set[str], case: Case
) -> None:
    result = results[name_of(case)]

    assert name_of(case) not in sent, result["message"]
    assert result["status"] == ("warn" if case.failures else "pass"), result["message"]
    assert result["failures"] == case.failures
    assert found[name_of(case)] == case.failures, "the stand-alone test finds something else"


def test_what_only_the_door_can_measure_passes_on_a_source(results: dict[str, dict[str, Any]]) -> None:
    for expectation in AT_THE_DOOR:
        (result,) = [result for name, result in results.items() if expectation in name]
        assert result["status"] == "pass", result["message"]


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def macros() -> set[str]:
    return {path.stem for path in (REPOSITORY / "macros/ribbon/expectations").glob("[!_]*.sql")}


# Of Ribbon, or outside of Great Expectations' core.
BESIDE_THE_CORE = {
    "expect_column_null_rate_near_history",
    "expect_column_pair_cramers_phi_value_to_be_less_than",
    "expect_grain",
    "expect_row_count_near_history",
    "expect_rows_to_reconcile",
    "unexpected_rows_expectation",
}


def test_every_expectation_of_great_expectations_has_a_macro() -> None:
    from great_expectations.expectations import core

    classes = [name for name in dir(core) if name.startswith("Expect")]

    assert len(classes) == 59
    assert {snake_case(name) for name in classes} == macros() - BESIDE_THE_CORE


def test_every_expectation_has_a_case_that_passes_and_one_that_fails() -> None:
    assert macros() - AT_THE_DOOR == {case.expectation for case in CASES if case.failures}
    assert macros() - AT_THE_DOOR == {case.expectation for case in CASES if not case.failures}


@pytest.mark.parametrize("name", sorted(macros()))
def test_a_macros_comment_has_an_example_and_an_oracle(name: str) -> None:
    text = (REPOSITORY / f"macros/ribbon/expectations/{name}.sql").read_text()
    comment, macro = text.split(" -#}", 1)
    signature = macro.split("(", 1)[1].split(") -%}", 1)[0]
    known = {argument.split("=")[0].strip() for argument in signature.split(",")} - {"on"}
    (example,) = re.findall(r"^    Example: (.+?)\s+Oracle", comment, re.MULTILINE | re.DOTALL)
    ((expectation, told),) = yaml.safe_load(example).items()

    assert expectation == in_contract(name)
    assert told.get("arguments", {}).keys() <= known
    assert comment.splitlines()[-1].removeprefix("    Oracle: ") in ORACLES


WRONG = [
    ("expect_column_values_to_be_between: {arguments: {column: a, min: 1}}", "unknown argument min. Use one of column, min_value,"),
    ("expect_column_values_to_be_between: {arguments: {column: a}}", "no bounds are given. Add min_value, max_value or both"),
    ("expect_column_values_to_be_between: {arguments: {column: a, min_value: 2, max_value: 1}}", "min_value 2 is greater than max_value 1"),
    ("expect_column_values_to_be_increasing: {arguments: {column: a}}", "the argument order_by is missing"),
    ("expect_column_values_to_be_in_set: {arguments: {value_set: [1]}}", "the argument column is missing"),
    ("expect_column_values_to_match_regex_list: {arguments: {column: a, regex_list: []}}", "regex_list is empty"),
    ("expect_column_values_to_match_like_pattern_list: {arguments: {column: a, like_pattern_list: [x], match_on: one}}", "unknown value one for match_on. Use any or all"),
    ("expect_column_distinct_values_to_be_in_set: {arguments: {column: a, value_set: []}}", "value_set is empty"),
    ("expect_column_pair_values_to_be_equal: {arguments: {column_A: a, column_B: a, ignore_row_if: never}}", "unknown value never for ignore_row_if. Use one of both_values_are_missing"),
    ("expect_column_values_to_not_be_outliers: {arguments: {column: a, method: mad}}", "unknown value mad for method. Use iqr or std"),
    ("expect_column_quantile_values_to_be_between: {arguments: {column: a, quantile_ranges: {quantiles: [0.5], value_ranges: []}}}", "differ in length"),
    ("expect_column_quantile_values_to_be_between: {arguments: {column: a, quantile_ranges: {quantiles: [1], value_ranges: [[1, 1]]}, allow_relative_error: near}}", "unknown value near for allow_relative_error"),
    ("expect_column_kl_divergence_to_be_less_than: {arguments: {column: a, partition_object: {values: [1], weights: [0.5]}}}", "they must add up to 1"),
    ("expect_column_type_to_be: {arguments: {column: b, type_: date}}", "there is no column b"),
    ("expect_column_values_to_be_dateutil_parseable: {arguments: {column: a}}", "it can only be checked when a batch lands. Move it to the source"),
    ("expect_column_values_to_match_json_schema: {arguments: {column: a, json_schema: {}}}", "it can only be checked when a batch lands. Move it to the source"),
]  # fmt: skip


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What dbt says of models with a wrong expectation each, by the model's name."""
    mini = new_mini(tmp_path_factory.mktemp("wrong"))
    names = [f"wrong_{number}" for number in range(len(WRONG))]
    files = {f"models/{CASES_FOLDER}/{name}.sql": "select 1 as a\n" for name in names}
    contracts = [
        {"name": name, "data_tests": [yaml.safe_load(f"ribbon.{test}")]}
        for name, (test, _) in zip(names, WRONG, strict=True)
    ]
    files[f"expectations/{CASES_FOLDER}/wrong.yml"] = yaml.safe_dump({"models": contracts})
    write_files(mini.project, files)
    mini.dbt("run", "--quiet", "--select", f"path:models/{CASES_FOLDER}")
    results = json.loads((mini.target / "run_results.json").read_text())["results"]
    return {result["unique_id"].split(".")[2]: result["message"] for result in results}


@pytest.mark.parametrize("number", range(len(WRONG)), ids=lambda number: WRONG[number][1])
def test_wrong_arguments_are_told_with_the_file_the_thing_and_the_remedy(messages: dict[str, str], number: int) -> None:
    test, remedy = WRONG[number]
    message = " ".join(messages[f"wrong_{number}"].split())

    assert f"expectations/{CASES_FOLDER}/wrong.yml: {test.split(':')[0]} on wrong_{number}: " in message
    assert remedy in message
