"""Rows computed = rows published + rows set aside, for each materialization, after any number of runs and releases."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import Ended, Workshop, edit, new_mini, write_files

ROWS = "select cast(id as integer) as id, amount, kind from (values {{ var('rows') }}) as t (id, amount, kind)\n"
MODELS = {
    "rebuilt": "{{ config(materialized='table') }}",
    "appended": "{{ config(materialized='incremental', incremental_strategy='append') }}",
    "upserted": "{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='id') }}",
    "merged": "{{ config(materialized='incremental', incremental_strategy='merge', unique_key=['id', 'kind']) }}",
}
SNAPSHOT = """{{% snapshot {name} %}}
{{{{ config(schema='warehouse', unique_key='id', strategy='check', check_cols=['amount', 'kind']) }}}}
{rows}{{% endsnapshot %}}
"""
ASIDE = "config: {meta: {on_unexpected: quarantine}}"
OF_ROWS = f"""
      - {{name: id, data_tests: [{{not_null: {{{ASIDE}}}}}]}}
      - name: amount
        data_tests: [{{ribbon.expect_column_values_to_be_between: {{arguments: {{min_value: 0}}, {ASIDE}}}}}]
"""
FIRST_KEPT = f"""
models:
  - name: first_kept
    columns:
      - name: id
        data_tests:
          - unique: {{config: {{meta: {{on_unexpected: quarantine, keep: first, order_by: amount desc}}}}}}
      - name: kind
        data_tests: [{{accepted_values: {{arguments: {{values: [a, b]}}, {ASIDE}}}}}]
"""
FOLDER = Path("models/warehouse/aside")
CONTRACT = "expectations/warehouse/aside/aside.yml"
BUILT = ("--select", "path:models/warehouse/aside", "path:snapshots")


@pytest.fixture
def home(tmp_path: Path) -> Workshop:
    mini = new_mini(tmp_path)
    files = {str(FOLDER / f"{name}.sql"): f"{config}\n{ROWS}" for name, config in MODELS.items()}
    files |= {f"snapshots/{name}.sql": SNAPSHOT.format(name=name, rows=ROWS) for name in ("history", "plain_history")}
    files[str(FOLDER / "first_kept.sql")] = ROWS
    contracts = "\nmodels:" + "".join(f"\n  - name: {name}\n    columns:{OF_ROWS}" for name in MODELS)
    files[CONTRACT] = contracts + f"\nsnapshots:\n  - name: history\n    columns:{OF_ROWS}"
    files["expectations/warehouse/aside/first_kept.yml"] = FIRST_KEPT
    write_files(mini.project, files)
    return mini


def run(home: Workshop, rows: str, *select: str) -> Ended:
    ended = home.dbt("build", "--select", *(select or BUILT[1:]), "--vars", json.dumps({"rows": rows}))
    assert ended.exit_code == 0, ended.out
    return ended


def operate(home: Workshop, operation: str, model: str) -> Ended:
    return home.dbt("run-operation", f"ribbon.quarantine_{operation}", "--args", json.dumps({"model_name": model}))


def read(home: Workshop, table: str, columns: str = "id, amount, kind") -> list[tuple[object, ...]]:
    return home.query(f"select {columns} from warehouse.{table} order by all")


def test_a_version_that_was_set_aside_is_not_lost(home: Workshop) -> None:
    versions = "id, amount, dbt_valid_to is null as is_open"
    for amount in (10, -1, -2, -2, 30):
        run(home, f"(1, {amount}, 'a')", "history", "plain_history")

    assert read(home, "history", versions) == [(1, 10, False), (1, 30, True)]
    assert read(home, "history__quarantine", versions) == [(1, -2, False), (1, -1, False)]
    assert read(home, "plain_history", versions) == [(1, -2, False), (1, -1, False), (1, 10, False), (1, 30, True)]


@pytest.mark.parametrize("model", ["upserted", "merged", "history"])
def test_rows_without_a_key_are_set_aside_once(home: Workshop, model: str) -> None:
    run(home, "(1, 10, 'a')", model)
    for _ in range(3):
        run(home, "(null, 10, 'a'), (null, 11, 'b'), (null, 11, 'b')", model)
    run(home, "(null, 12, 'a')", model)

    assert read(home, f"{model}__quarantine", "id, amount") == [(None, 10), (None, 11), (None, 11), (None, 12)]


def test_a_release_replaces_the_row_of_its_key(home: Workshop) -> None:
    for model in ("upserted", "merged"):
        run(home, "(1, 10, 'a'), (2, 20, 'a')", model)
        run(home, "(1, -1, 'a'), (3, -3, 'a')", model)
    edit(home, CONTRACT, "min_value: 0", "min_value: -3")

    for model in ("upserted", "merged"):
        assert '{"released": 2, "remaining": 0}' in operate(home, "release", model).out
        assert read(home, model, "id, amount") == [(1, -1), (2, 20), (3, -3)]


def test_the_first_of_those_that_keep_their_promises_stays(home: Workshop) -> None:
    run(home, "(2, 21, 'z'), (2, 20, 'a'), (2, 19, 'a'), (3, 30, 'z'), (3, 29, 'a')", "first_kept")

    assert read(home, "first_kept") == [(2, 20, "a"), (3, 29, "a")]
    assert read(home, "first_kept__quarantine") == [(2, 19, "a"), (2, 21, "z"), (3, 30, "z")]
    counts = home.query("select expectation, quarantined from ribbon.expectation_results order by 1")
    assert [count for count in counts if count[0] in ("accepted_values", "unique")] == [
        ("accepted_values", 2),
        ("unique", 1),
    ]


def test_a_row_that_has_a_better_one_stays_when_others_are_released(home: Workshop) -> None:
    run(home, "(2, 21, 'a'), (2, 20, 'a'), (3, 30, 'z')", "first_kept")
    edit(home, "expectations/warehouse/aside/first_kept.yml", "[a, b]", "[a, b, z]")

    assert '{"released": 1, "remaining": 1}' in operate(home, "release", "first_kept").out
    assert read(home, "first_kept") == [(2, 21, "a"), (3, 30, "z")]


def test_what_is_said_was_set_aside_and_is_found_by_the_command_said(home: Workshop) -> None:
    given = "(2, 21, 'a'), (2, 20, 'a'), (2, 19, 'a'), (1, 1, 'a')"
    rows = json.dumps({"rows": given})
    edit(home, "dbt_project.yml", "vars:\n", f'vars:\n  rows: "{given}"\n')
    ended = home.dbt("run", "--select", "first_kept", "--vars", rows)

    assert "unique(column=id): 2 of 4 rows, set aside" in ended.out
    assert "`ribbon quarantine ls first_kept`" in ended.out
    built = home.ribbon("build", "--select", "first_kept")
    assert home.other_dbt or "Got 2 results" in built.out + built.err
    assert "`ribbon quarantine ls first_kept`" in built.out + built.err
    assert "dbt show" not in built.out + built.err
    assert "2 rows" in home.ribbon("quarantine", "ls", "first_kept").out


def test_a_table_of_the_users_own_is_left_alone(home: Workshop) -> None:
    write_files(home.project, {str(FOLDER / "rebuilt__quarantine.sql"): "select 1 as id, 5 as amount"})
    assert home.dbt("run", "--select", "rebuilt__quarantine").exit_code == 0
    refused = home.dbt("run", "--select", "rebuilt", "--vars", json.dumps({"rows": "(1, -1, 'a')"}))
    (home.project / FOLDER / "rebuilt__quarantine.sql").unlink()
    again = home.dbt("run", "--select", "rebuilt", "--vars", json.dumps({"rows": "(1, -1, 'a')"}))
    dropped = operate(home, "drop", "rebuilt")

    for ended in (refused, again, dropped):
        assert ended.exit_code == 1
        assert "rebuilt__quarantine is no quarantine of Ribbon's" in ended.out
    assert read(home, "rebuilt__quarantine", "id, amount") == [(1, 5)]


def test_what_asks_for_quarantine_no_longer_takes_its_rows_back(home: Workshop) -> None:
    for model in ("rebuilt", "history"):
        run(home, "(1, -1, 'a')", model)
    edit(home, CONTRACT, "on_unexpected: quarantine", "on_unexpected: warn")
    for model in ("rebuilt", "history"):
        run(home, "(1, -1, 'a')", model)

        assert read(home, model) == [(1, -1, "a")]
        assert read(home, f"{model}__quarantine") == []


@pytest.mark.parametrize("seed", [17])
def test_rows_computed_are_published_or_set_aside(home: Workshop, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    appended: Counter[tuple[object, ...]] = Counter()
    for _ in range(5):
        ids = draw.sample([1, 2, 3, 4, 5, None], 4)
        rows = [(key, draw.randint(-3, 3), draw.choice("ab")) for key in ids]
        run(home, ", ".join(f"({'null' if key is None else key}, {amount}, '{kind}')" for key, amount, kind in rows))
        appended.update(rows)
        for model in draw.sample(["upserted", "appended", "history"], 1):
            assert operate(home, "release", model).exit_code == 0
        _compare(home, rows, appended)
        if draw.random() < 0.3:
            appended.subtract(read(home, "appended__quarantine"))
            operate(home, "drop", "appended")


def _compare(home: Workshop, rows: list[tuple[object, ...]], appended: Counter[tuple[object, ...]]) -> None:
    def both(table: str, columns: str = "id, amount, kind") -> Counter[tuple[object, ...]]:
        return Counter(read(home, table, columns)) + Counter(read(home, f"{table}__quarantine", columns))

    assert both("rebuilt") == Counter(rows)
    assert both("first_kept") == Counter(rows)
    assert both("appended") == +appended
    for model, key in (("upserted", lambda row: row[0]), ("merged", lambda row: (row[0], row[2]))):
        given = {key(row) for row in rows}
        good = {row for row in rows if row[0] is not None and int(str(row[1])) >= 0}
        published, aside = Counter(read(home, model)), Counter(read(home, f"{model}__quarantine"))
        assert all(published[row] == (row in good) and aside[row] == (row not in good) for row in rows)
        held = [row for row in aside if key(row) in given and row[0] is not None and row not in rows]
        assert not held, f"{model} holds {held}, which were computed again"
        assert len({key(row) for row in published}) == published.total()
    with_key = "id, amount, kind, dbt_valid_to is null"
    history, plain = both("history", with_key), Counter(read(home, "plain_history", with_key))
    assert {row: count for row, count in history.items() if row[0] is not None} == {
        row: count for row, count in plain.items() if row[0] is not None
    }


def test_a_contract_without_its_model_measures_nothing(home: Workshop) -> None:
    contract = """
models:
  - name: gone
    data_tests:
      - ribbon.expect_rows_to_reconcile:
          {arguments: {measure: sum(amount) - 1, compare_to: ref('rebuilt'), compare_measure: sum(amount)}}
"""
    model = str(FOLDER / "gone.sql")
    write_files(home.project, {"expectations/warehouse/aside/gone.yml": contract, model: "select 1 as amount"})
    assert home.dbt("parse").exit_code == 0
    (home.project / model).unlink()
    ended = run(home, "(1, 10, 'a')", "rebuilt")

    assert home.other_dbt or "which was not found" in ended.out
    assert read(home, "rebuilt") == [(1, 10, "a")]
