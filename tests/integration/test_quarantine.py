"""Rows that are not expected are set aside with their reasons, and no row is lost on the way."""

import json
from pathlib import Path

import pytest

from tests.conftest import Workshop, new_mini, write_files

# What the models of this file read: (id, amount, kind), given by each run.
MODELS = {
    "plain": "{{ config(materialized='table') }}",
    "appended": "{{ config(materialized='incremental', incremental_strategy='append') }}",
    "replaced": "{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='id') }}",
}
ROWS = "select id, amount, kind from (values {{ var('rows') }}) as t (id, amount, kind)\n"
CONTRACT = """
models:
{% for name in names %}
  - name: {{ name }}
    columns:
      - name: id
        data_tests: [{unique: {name: "unique_{{ name }}", config: {meta: {on_unexpected: quarantine}}}}]
      - name: amount
        data_tests:
          - ribbon.expect_column_values_to_be_between:
              {name: "between_{{ name }}", arguments: {min_value: 0}, config: {meta: {on_unexpected: quarantine}}}
          - not_null: {name: "null_{{ name }}", config: {meta: {on_unexpected: quarantine}}}
      - name: kind
        data_tests:
          - accepted_values:
              {name: "kind_{{ name }}", arguments: {values: [a, b]}, config: {meta: {on_unexpected: quarantine}}}
{% endfor %}
  - name: first_kept
    columns:
      - name: id
        data_tests: [{unique: {config: {meta: {on_unexpected: quarantine, keep: first, order_by: amount desc}}}}]
"""
# Twice id 2; id 3 breaks two promises at once; id 4 has no amount.
FIRST = "(1, 10, 'a'), (2, 20, 'a'), (2, 21, 'b'), (3, -1, 'z'), (4, null, 'b'), (5, 50, 'a')"
SECOND = "(3, 30, 'a'), (6, -6, 'b'), (7, 70, 'b')"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    mini = new_mini(tmp_path_factory.mktemp("quarantine"))
    folder = Path("models/warehouse/aside")
    files = {str(folder / f"{name}.sql"): f"{config}\n{ROWS}" for name, config in MODELS.items()}
    files[str(folder / "first_kept.sql")] = ROWS
    contract = CONTRACT.split("{% for name in names %}")
    each, last = contract[1].split("{% endfor %}")
    said = contract[0] + "".join(each.replace("{{ name }}", name) for name in MODELS) + last
    files["expectations/warehouse/aside/aside.yml"] = said
    write_files(mini.project, files)
    return mini


def run(home: Workshop, rows: str, *words: str, command: str = "build") -> str:
    select = ("--select", "path:models/warehouse/aside")
    ended = home.dbt(command, *select, "--vars", json.dumps({"rows": rows}), *words)
    assert ended.exit_code == 0, ended.out
    return ended.out


@pytest.fixture(scope="module")
def first(home: Workshop) -> str:
    """The first build, and what it said."""
    return run(home, FIRST)


def ids(home: Workshop, table: str) -> list[int]:
    return [row[0] for row in home.query(f"select id from warehouse.{table} order by id")]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.usefixtures("first")
def test_every_row_is_published_or_set_aside(home: Workshop, model: str) -> None:
    assert ids(home, model) == [1, 5]
    assert ids(home, f"{model}__quarantine") == [2, 2, 3, 4]


@pytest.mark.usefixtures("first")
def test_a_row_is_set_aside_once_with_all_its_reasons(home: Workshop) -> None:
    (reasons,) = home.query("select _quarantine_reasons from warehouse.plain__quarantine where id = 3")

    assert json.loads(reasons[0]) == [
        "accepted_values(column=kind, values=['a', 'b'])",
        "expect_column_values_to_be_between(column=amount, min_value=0)",
    ]


@pytest.mark.usefixtures("first")
def test_the_first_by_an_order_may_stay(home: Workshop) -> None:
    assert home.query("select id, amount from warehouse.first_kept where id = 2") == [(2, 21)]
    assert home.query("select id, amount from warehouse.first_kept__quarantine") == [(2, 20)]


@pytest.mark.usefixtures("first")
def test_what_was_set_aside_is_amber_and_counted(home: Workshop) -> None:
    told = home.query(
        "select expectation, status, quarantined, failures from ribbon.expectation_results"
        " where node_id = 'model.mini.plain' order by expectation"
    )

    assert told == [
        ("accepted_values", "warn", 1, 1),
        ("expect_column_values_to_be_between", "warn", 1, 1),
        ("not_null", "warn", 1, 1),
        ("unique", "warn", 2, 2),
    ]


@pytest.mark.dbt1
def test_dbt_warns_of_what_was_set_aside(first: str) -> None:
    assert "WARN 1 between_plain" in first


@pytest.fixture(scope="module")
def second(home: Workshop, first: str) -> str:  # noqa: ARG001 - the first build comes before
    """Other rows arrive: id 3 is good now, id 6 is not."""
    return run(home, SECOND, command="run")


@pytest.mark.usefixtures("second")
def test_a_table_sets_aside_only_what_it_computed_last(home: Workshop) -> None:
    assert ids(home, "plain") == [3, 7]
    assert ids(home, "plain__quarantine") == [6]


@pytest.mark.usefixtures("second")
def test_rows_appended_earlier_stay_set_aside(home: Workshop) -> None:
    assert ids(home, "appended") == [1, 3, 5, 7]
    assert ids(home, "appended__quarantine") == [2, 2, 3, 4, 6]


@pytest.mark.usefixtures("second")
def test_a_row_that_comes_again_by_its_key_leaves_the_quarantine(home: Workshop) -> None:
    assert ids(home, "replaced") == [1, 3, 5, 7]
    assert ids(home, "replaced__quarantine") == [2, 2, 4, 6]


def test_without_test_nodes_the_gate_tells_what_is_amber(second: str) -> None:
    assert "plain: expect_column_values_to_be_between(column=amount, min_value=0): 1 of 3 rows, set aside" in second


@pytest.mark.usefixtures("second")
def test_a_duplicate_of_a_published_row_fails_an_incremental(home: Workshop) -> None:
    rows = json.dumps({"rows": "(1, 11, 'a')"})
    ended = home.dbt("run", "--select", "appended", "--vars", rows)

    assert ended.exit_code == 1
    assert "appended was not replaced: 1 of 4 expectations failed" in ended.out
    assert ids(home, "appended") == [1, 3, 5, 7]


@pytest.mark.usefixtures("second")
def test_a_view_cannot_quarantine(home: Workshop) -> None:
    files = {
        "models/warehouse/aside/seen.sql": "{{ config(materialized='view') }} " + ROWS,
        "expectations/warehouse/aside/seen.yml": (
            "models: [{name: seen, columns: [{name: id, data_tests: [{not_null: {config: {meta:"
            " {on_unexpected: quarantine}}}}]}]}]"
        ),
    }
    write_files(home.project, files)
    ended = home.dbt("run", "--select", "seen", "--vars", json.dumps({"rows": SECOND}))

    assert ended.exit_code == 1
    assert "seen.yml: not_null on seen: a view cannot quarantine rows. Materialize the model as a table" in ended.out
    assert home.value("select count(*) from duckdb_views() where view_name = 'seen'") == 0


@pytest.mark.usefixtures("second")
def test_rows_that_keep_their_promises_now_are_taken_back_in(home: Workshop) -> None:
    contract = home.project / "expectations/warehouse/aside/aside.yml"
    contract.write_text(contract.read_text().replace("arguments: {min_value: 0}", "arguments: {min_value: -6}"))
    ended = home.dbt("run-operation", "ribbon.quarantine_release", "--args", "{model_name: appended}")

    # Ids 2 and 2 are still twice, 3 is still of kind z, 4 still has no amount.
    assert '{"released": 1, "remaining": 4}' in ended.out
    assert ids(home, "appended") == [1, 3, 5, 6, 7]
    assert ids(home, "appended__quarantine") == [2, 2, 3, 4]


@pytest.mark.usefixtures("second")
def test_nothing_is_taken_in_that_the_whole_table_forbids(home: Workshop) -> None:
    contract = home.project / "expectations/warehouse/aside/aside.yml"
    contract.write_text(contract.read_text().replace("[a, b]", "[a, b, z]"))
    ended = home.dbt("run-operation", "ribbon.quarantine_release", "--args", "{model_name: appended}")

    assert ended.exit_code == 1
    assert "unique(column=id): 2 of 6 rows" in ended.out
    assert 3 in ids(home, "appended__quarantine")


@pytest.mark.usefixtures("second")
def test_a_quarantine_can_be_dropped(home: Workshop) -> None:
    ended = home.dbt("run-operation", "ribbon.quarantine_drop", "--args", "{model_name: plain}")

    assert '{"dropped": 1}' in ended.out
    assert home.value("select count(*) from duckdb_tables() where table_name = 'plain__quarantine'") == 0
