"""Each expectation, on inline rows: it passes on what it allows, and fails on exactly the rows that it does not."""

import json
from dataclasses import dataclass

import pytest
import yaml

from tests.conftest import REPOSITORY, Workshop, new_mini, write_files


@dataclass(frozen=True)
class Case:
    """Rows as SQL values of (a, b, c), a test as YAML, and how many failures dbt is to report; 0 means it passes."""

    name: str
    test: str
    rows: str
    failures: int
    column: str | None = "a"


BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
REGEX = "expect_column_values_to_match_regex"
NOT_NULL = "expect_column_values_to_not_be_null"
PAIR = "expect_column_pair_values_a_to_be_greater_than_b"
COUNT = "expect_table_row_count_to_be_between"
RECONCILE = "expect_rows_to_reconcile"

CASES = [
    Case("between_keeps_both_bounds", f"{BETWEEN}: {{min_value: 1, max_value: 3}}", "(1), (3)", 0),
    Case("between_finds_what_is_outside", f"{BETWEEN}: {{min_value: 1, max_value: 3}}", "(0), (2), (4)", 2),
    Case(
        "between_strict_leaves_out_the_bounds",
        f"{BETWEEN}: {{min_value: 1, max_value: 3, strict_min: true, strict_max: true}}",
        "(1), (2), (3)",
        2,
    ),
    Case("between_leaves_nulls_out", f"{BETWEEN}: {{min_value: 1}}", "(null), (1)", 0),
    Case(
        "between_with_dates", f"{BETWEEN}: {{max_value: '2017-12-31'}}", "(date '2017-12-31'), (date '2018-01-01')", 1
    ),
    Case("mostly_on_its_boundary_passes", f"{BETWEEN}: {{max_value: 1, mostly: 0.75}}", "(1), (1), (1), (9)", 0),
    Case("mostly_below_its_boundary_fails", f"{BETWEEN}: {{max_value: 1, mostly: 0.76}}", "(1), (1), (1), (9)", 1),
    Case("mostly_counts_no_nulls", f"{BETWEEN}: {{max_value: 1, mostly: 0.75}}", "(1), (1), (9), (null), (null)", 1),
    Case("row_condition_picks_rows", f"{BETWEEN}: {{max_value: 1, row_condition: b = 'x'}}", "(9, 'y'), (9, 'x')", 1),
    Case("in_set_finds_strangers", f"{IN_SET}: {{value_set: [x, y]}}", "('x'), ('z'), (null)", 1),
    Case(
        "in_set_quotes_its_values",
        f"{IN_SET}: {{value_set: [\"o'b\", 'a\"b', 'é%_']}}",
        "('o''b'), ('a\"b'), ('é%_')",
        0,
    ),
    Case("in_set_takes_numbers", f"{IN_SET}: {{value_set: [1, 2.5]}}", "(1), (2.5), (3)", 1),
    Case("regex_finds_anywhere", f"{REGEX}: {{regex: 'b+'}}", "('abc'), ('xyz'), (null)", 1),
    Case("regex_anchored", f"{REGEX}: {{regex: '^[a-z]{{2}}$'}}", "('ab'), ('abc')", 1),
    Case("not_null_finds_nulls", f"{NOT_NULL}: {{}}", "(1), (null)", 1),
    Case("not_null_with_mostly", f"{NOT_NULL}: {{mostly: 0.5}}", "(1), (null)", 0),
    Case("pair_greater", f"{PAIR}: {{column_A: a, column_B: b}}", "(2, 1), (1, 1), (null, 1)", 1, None),
    Case(
        "pair_greater_or_equal",
        f"{PAIR}: {{column_A: a, column_B: b, or_equal: true}}",
        "(2, 1), (1, 1), (0, 1)",
        1,
        None,
    ),
    Case("grain_holds", "expect_grain: {columns: [a, b]}", "(1, 1), (1, 2)", 0, None),
    Case("grain_finds_doubles", "expect_grain: {columns: [a, b]}", "(1, 1), (1, 1), (1, 2)", 1, None),
    Case("grain_finds_nulls", "expect_grain: {columns: [a, b]}", "(1, null), (1, 2)", 1, None),
    Case("row_count_within", f"{COUNT}: {{min_value: 1, max_value: 2}}", "(1), (2)", 0, None),
    Case("row_count_below", f"{COUNT}: {{min_value: 3}}", "(1), (2)", 1, None),
    Case("rows_reconcile", f"{RECONCILE}: {{measure: sum(a), compare_to: ref('other')}}", "(4), (6)", 0, None),
    Case("rows_do_not_reconcile", f"{RECONCILE}: {{measure: sum(a), compare_to: ref('other')}}", "(4), (5)", 1, None),
    Case(
        "rows_reconcile_within_tolerance",
        f"{RECONCILE}: {{measure: sum(a), compare_to: ref('other'), tolerance: 1}}",
        "(4), (5)",
        0,
        None,
    ),
    Case(
        "rows_reconcile_by_conditions",
        f"{RECONCILE}: {{measure: sum(a), compare_to: ref('other'), row_condition: a > 4, compare_condition: a < 10, compare_measure: count(*)}}",
        "(4), (0)",
        0,
        None,
    ),
]


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many failures dbt reports for each case, all measured in one build."""
    mini = new_mini(tmp_path_factory.mktemp("expectations"))
    files = {"models/warehouse/cases/other.sql": "select 10 as a\n"}
    models = []
    for case in CASES:
        columns = ", ".join("abc"[: case.rows.split(")")[0].count(",") + 1])
        files[f"models/warehouse/cases/{case.name}.sql"] = f"select * from (values {case.rows}) as t ({columns})\n"
        ((name, arguments),) = yaml.safe_load(case.test).items()
        config = {"meta": {"on_unexpected": "warn"}}
        test = [{name: {"name": f"case_{case.name}", "arguments": arguments, "config": config}}]
        models.append(
            {"name": case.name, "columns": [{"name": case.column, "data_tests": test}]}
            if case.column
            else {"name": case.name, "data_tests": test}
        )
    files["expectations/warehouse/cases/cases.yml"] = yaml.safe_dump({"models": models})
    write_files(mini.project, files)
    return measured(mini)


def measured(mini: Workshop) -> dict[str, int]:
    mini.dbt("build", "--quiet", "--select", "path:models/warehouse/cases")
    results = json.loads((mini.target / "run_results.json").read_text())["results"]
    tests = [result for result in results if result["unique_id"].startswith("test.")]
    assert all(result["status"] in {"pass", "warn"} for result in tests), tests
    return {result["unique_id"].split(".")[2].removeprefix("case_"): result["failures"] for result in tests}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_expectation_counts_what_it_does_not_expect(failures: dict[str, int], case: Case) -> None:
    assert failures[case.name] == case.failures


def test_every_expectation_macro_has_a_case_that_fails() -> None:
    macros = {path.stem for path in (REPOSITORY / "macros/expectations").glob("expect_*.sql")}

    assert macros == {case.test.split(":")[0] for case in CASES if case.failures}
