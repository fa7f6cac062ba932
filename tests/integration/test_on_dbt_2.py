"""Ribbon's commands with dbt 2: the main job, what is refused, and many threads that share one memory."""

import os
from pathlib import Path

import pytest

from tests.conftest import Workshop, deliver_orders, edit, new_mini, write_files

pytestmark = [pytest.mark.slow, pytest.mark.dbt2]

DBTS = ["dbt-core-2", pytest.param("dbt-fusion", marks=pytest.mark.fusion)]
MANY = 150
DAYS = """{{{{ config(event_time='day') }}}}
select day::date as day, {columns}
from range(date '2024-01-01', date '2024-02-10', interval 1 day) as t (day), range(100) as u (n)
"""
GOOD = "n"
BROKEN = "nullif(n, if(day = date '2024-01-20', 7, -1)) as n, 1 as added"
BATCHED = """{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='day', batch_size='day',
    begin='2024-01-01', concurrent_batches=true, on_schema_change='append_new_columns'
) }}
select * from {{ ref('days') }}
"""
OF_BATCHES = """
models:
  - name: batched
    columns: [{name: n, data_tests: [not_null: {name: of_each_row}]}]
"""
SLOW = "select sum((a.range * b.range) % 7) as n from range(200000) as a, range(200000) as b\n"
CONTRACT = """  - name: m{number}
    columns:
      - {{name: id, data_tests: [not_null, unique]}}
      - {{name: c, data_tests: [accepted_values: {{arguments: {{values: [a, b, c]}}}}]}}
"""


# An environment that has no dbt 1: neither its modules nor the versions of its packages are found.
NO_DBT_1 = """
import importlib.metadata as metadata
import sys


class Refuse:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] == "dbt":
            raise ModuleNotFoundError(name)


sys.meta_path.insert(0, Refuse)
found = metadata.Distribution.from_name.__func__


def from_name(kind, name):
    if name.startswith("dbt-") and name != "dbt-ribbon":
        raise metadata.PackageNotFoundError(name)
    return found(kind, name)


metadata.Distribution.from_name = classmethod(from_name)
"""


@pytest.fixture(params=DBTS)
def mini(request: pytest.FixtureRequest, tmp_path: Path) -> Workshop:
    workshop = new_mini(tmp_path)
    workshop.take_dbt(request.param)
    return workshop


def test_the_main_job_and_what_it_refuses(mini: Workshop) -> None:
    deliver_orders(mini)
    ran = mini.ribbon("run")
    assert ran.exit_code == 0, ran.out + ran.err
    assert mini.query("select count(*) from mart_sales.sales_daily", "marts.duckdb") == [(2,)]
    assert "3 models, 7 tests, 0 unit tests: 0 failed" in ran.out

    edit(mini, "expectations/mart/sales/sales_daily.yml", "max_value: 1000", "max_value: 1")
    built = mini.ribbon("build")
    assert built.exit_code == 1
    assert "sales_daily was not replaced: 1 of 2 expectations failed" in built.err
    assert "<unknown>" not in built.err
    assert "materialization macro" not in built.err
    published = mini.ribbon("publish", "--json")
    assert "mart_sales.sales_daily" in published.json["publish"]["held"]
    assert mini.ribbon("status").exit_code == 1

    write_files(mini.project, {"models/warehouse/broken.sql": "select * from {{ ref('gone') }}\n"})
    wrong = mini.ribbon("build")
    assert wrong.exit_code == 2
    assert "dbt cannot run this project: models/warehouse/broken.sql:1: Ref 'gone' not found in project." in wrong.err


def test_ribbon_needs_no_dbt_1(tmp_path: Path) -> None:
    desk = Workshop(tmp_path / "desk", tmp_path / "desk/data", tmp_path / "desk/target")
    desk.take_dbt("dbt-core-2")
    write_files(tmp_path / "no_dbt_1", {"sitecustomize.py": NO_DBT_1})
    before = os.environ.get("PYTHONPATH")
    desk.variables["PYTHONPATH"] = os.pathsep.join([str(tmp_path / "no_dbt_1"), *([before] if before else [])])
    desk.project.mkdir()
    commands = (
        ("--help",),
        ("init",),
        ("run",),
        ("status",),
        ("docs",),
        ("lineage", "mart.sales_daily"),
        ("evolve",),
        ("export", "json", "--output", str(tmp_path / "catalog.json")),
        ("expectations", "explain", "sales_daily"),
        ("quarantine", "ls"),
        ("doctor",),
    )

    ended = {" ".join(words[:2]): desk.ribbon(*words, real=True) for words in commands}

    assert {command: each.out + each.err for command, each in ended.items() if each.exit_code} == {}
    assert "2 models, 15 tests, 0 unit tests: 0 failed" in ended["run"].out
    assert "the project was parsed by dbt 2" in ended["doctor"].out


# What `ribbon doctor` says that dbt 2 does not take (ribbon.doctor.dbt_2), each in a project without Ribbon.
REFUSED = {
    "Python": {"models/m.py": "def model(dbt, session):\n    return session.sql('select 1 as id')\n"},
    "indexes": {"models/m.sql": "{{ config(materialized='table', indexes=[{'columns': ['id']}]) }} select 1 as id"},
    "grants": {"models/m.sql": "{{ config(materialized='table', grants={'select': ['ann']}) }} select 1 as id"},
    "materialized view": {"models/m.sql": "{{ config(materialized='materialized_view') }} select 1 as id"},
    "itertools": {"models/m.sql": "select {{ modules.itertools.chain([1], [2]) | list | length }} as id"},
    "builtins": {"models/m.sql": "select '{{ builtins.var('days', 1) }}' as id"},
    "key": {"models/m.sql": "select 1 as id", "models/m.yml": "models: [{name: m, config: {of_mine: 1}}]\n"},
    "arguments": {
        "models/m.sql": "select 1 as id",
        "models/m.yml": "models: [{name: m, columns: [{name: id, data_tests: [accepted_values: {values: [1]}]}]}]\n",
    },
    "extension": {
        "models/m.sql": "select 1 as id",
        "profiles.yml": "p: {target: d, outputs: {d: {type: duckdb, path: a, extensions: [{name: b, repo: c}]}}}",
    },
}
PLAIN = {
    "dbt_project.yml": "name: p\nprofile: p\n",
    "profiles.yml": "p: {target: d, outputs: {d: {type: duckdb, path: a.duckdb}}}\n",
}


@pytest.mark.parametrize("name", DBTS)
def test_what_doctor_calls_an_obstacle_fails_on_dbt_2_without_ribbon(name: str, tmp_path: Path) -> None:
    exit_codes = {}
    for obstacle, files in {"none": {"models/m.sql": "select 1 as id"}, **REFUSED}.items():
        shop = Workshop(tmp_path / obstacle, tmp_path, tmp_path / obstacle / "target")
        shop.take_dbt(name)
        write_files(shop.project, PLAIN | files)
        exit_codes[obstacle] = shop.dbt("build").exit_code

    assert exit_codes == {"none": 0} | dict.fromkeys(REFUSED, 1)


def test_a_run_that_was_killed_shows_as_interrupted(mini: Workshop) -> None:
    deliver_orders(mini)
    assert mini.ribbon("run").exit_code == 0
    write_files(mini.project, {"models/warehouse/slow.sql": SLOW})
    build = mini.start("dbt", "build", "--select", "slow")
    assert build.stdout is not None
    assert any("ribbon-on-run-start" in line for line in build.stdout), "the run is recorded when its hook has ended"
    assert build.poll() is None
    build.kill()
    build.communicate(timeout=60)

    status = mini.ribbon("status")

    assert "interrupted" in status.out
    assert status.exit_code == 1


def test_batches_that_run_side_by_side_keep_each_others_rows(mini: Workshop) -> None:
    files = {"models/warehouse/batched.sql": BATCHED, "expectations/warehouse/batched.yml": OF_BATCHES}
    window = ("--event-time-start", "2024-01-01", "--event-time-end", "2024-02-10")
    for columns in (GOOD, BROKEN, GOOD):
        write_files(mini.project, {**files, "models/warehouse/days.sql": DAYS.format(columns=columns)})

        built = mini.dbt("build", "--select", "days", "batched", *window)

        is_broken = columns == BROKEN
        assert built.exit_code == int(is_broken), built.out[-3000:]
        counted = "select count(*), count(distinct day), count(n) from warehouse.batched"
        assert mini.query(counted) == [(4000, 40, 4000)], "of a broken day the last good rows"
        verdict = (
            "select arg_max(status, measured_at) from ribbon.expectation_results where test_id like '%of_each_row%'"
        )
        assert mini.value(verdict) == ("fail" if is_broken else "pass")
    tables = mini.query("select table_name from duckdb_tables() where table_name like '%batched%'")
    assert tables == [("batched",)]


def test_threads_that_share_a_memory_measure_each_test_once(mini: Workshop) -> None:
    models = {
        f"models/warehouse/many/m{number}.sql": "select range as id, 'abc'[1 + range % 3] as c from range(100)\n"
        for number in range(MANY)
    }
    contract = "models:\n" + "".join(CONTRACT.format(number=number) for number in range(MANY))
    write_files(mini.project, {**models, "expectations/warehouse/many.yml": contract})

    built = mini.dbt("build", "--threads", "16", "--select", "path:models/warehouse/many")

    assert built.exit_code == 0, built.out[-3000:]
    assert mini.query(
        "select count(*), count(distinct test_id), bool_and(gated and status = 'pass') from ribbon.expectation_results"
    ) == [(3 * MANY, 3 * MANY, True)]
    profiled = "select count(*), count(distinct (node_id, column_name)) from ribbon.column_profiles"
    assert mini.query(profiled) == [(2 * MANY, 2 * MANY)]
