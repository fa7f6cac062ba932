"""What reaches readers has passed all of its tests as it is: those that dbt left out run before it is published."""

import json
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Workshop, edit, new_mini, write_files

AT_LEAST = """{% test at_least(model, column_name, least) %}
select * from {{ model }} where {{ column_name }} < {{ least }}
{% endtest %}
"""
MART = "select i as id, {value} as v from range(3) as t (i)\n"
SEEN = "{{ config(materialized='view') }} select * from {{ ref('plain') }}\n"
BATCHED = """{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='day', batch_size='day',
    begin=(modules.datetime.datetime.now(modules.pytz.utc) - modules.datetime.timedelta(days=2)).strftime('%Y-%m-%d')
) }}
select day, case when {{ env_var('BROKEN_BATCH', 'false') }} and day::date = current_date - 1 then null else 1 end as v
from range(current_date - 2, current_date + 1, interval 1 day) as t (day)
where day >= '{{ model.batch.event_time_start if model.batch else '2000-01-01' }}'
    and day < '{{ model.batch.event_time_end if model.batch else '2100-01-01' }}'
"""
CONTRACT = """
models:
  - name: plain
    columns: [{name: v, data_tests: [at_least: {name: plain_foreign, arguments: {least: 0}}]}]
  - name: tried
    columns:
      - name: v
        data_tests:
          - at_least: {name: foreign, arguments: {least: 0}}
          - not_null: {name: measured}
      - {name: id, data_tests: [relationships: {name: later, arguments: {to: ref('zz_parent'), field: id}}]}
  - name: seen
    columns: [{name: v, data_tests: [not_null: {name: of_a_view}]}]
  - name: grown
    columns: [{name: v, data_tests: [not_null: {name: of_an_incremental}]}]
  - name: batched
    columns: [{name: v, data_tests: [not_null: {name: of_batches}]}]
"""
FILES = {
    "macros/at_least.sql": AT_LEAST,
    "models/warehouse/plain.sql": MART.format(value=1),
    "models/warehouse/zz_parent.sql": "select i as id from range(3) as t (i)\n",
    "models/mart/sales/tried.sql": "select * from {{ ref('plain') }}\n",
    "models/mart/sales/seen.sql": SEEN,
    "models/mart/sales/batched.sql": BATCHED,
    "models/mart/sales/grown.sql": "{{ config(materialized='incremental') }} select 1 as id, 1 as v\n",
    "expectations/mart/sales/lab.yml": CONTRACT,
}
SOURCED = """
models:
  - name: raw_view
    columns: [{name: quantity, data_tests: [at_least: {name: of_a_source_view, arguments: {least: 0}}]}]
"""
RAN_FIRST = "ran first, not having run on these tables yet"


@pytest.fixture
def lab(mini_built: Workshop) -> Workshop:
    write_files(mini_built.project, FILES)
    return mini_built


def held(lab: Workshop) -> dict[str, str]:
    published = lab.ribbon("publish", "--json")
    assert published.exit_code in {0, 1}, published.err
    return {name.rpartition(".")[2]: why for name, why in published.json["publish"]["held"].items()}


def shown(lab: Workshop, name: str) -> int:
    return int(lab.value(f"select sum(v) from mart_sales.{name}", "marts.duckdb"))


def test_what_a_bare_run_left_out_runs_before_publishing_and_once(lab: Workshop) -> None:
    assert lab.dbt("run").exit_code == 0

    first, second = lab.ribbon("publish"), lab.ribbon("publish")

    assert first.exit_code == 0, first.out
    results = json.loads((lab.target / "run_results.json").read_text())
    assert results["args"]["which"] == "run", "dbt retry looks at it"
    assert f"3 tests {RAN_FIRST}" in first.out  # the two of our own, and the relationship to what may be built later
    assert RAN_FIRST not in second.out
    assert shown(lab, "tried") == 3


def test_what_fails_then_is_held_and_a_build_that_tested_needs_no_second_look(lab: Workshop) -> None:
    assert lab.dbt("build").exit_code == 0
    assert RAN_FIRST not in lab.ribbon("publish").out
    edit(lab, "models/warehouse/plain.sql", "1 as v", "-1 as v")
    assert lab.dbt("run").exit_code == 0

    assert held(lab) == {"tried": "failed: foreign, plain_foreign", "seen": "failed: plain_foreign"}

    assert shown(lab, "tried") == 3
    edit(lab, "models/warehouse/plain.sql", "-1 as v", "2 as v")
    assert lab.dbt("run").exit_code == 0
    assert held(lab) == {}
    assert shown(lab, "tried") == shown(lab, "seen") == 6


def test_a_table_that_others_wrote_is_tested_as_it_is(lab: Workshop) -> None:
    assert lab.dbt("build").exit_code == 0
    with duckdb.connect(str(lab.data / "build.duckdb")) as outside:
        outside.execute("insert into mart_sales.tried values (0, null)")

    assert held(lab) == {"tried": "failed: measured"}

    with duckdb.connect(str(lab.data / "build.duckdb")) as outside:
        outside.execute("create or replace table mart_sales.tried as select 0::bigint as id, 7 as v")
    published = lab.ribbon("publish")
    assert published.exit_code == 0, published.out
    assert f"3 tests {RAN_FIRST}" in published.out
    assert shown(lab, "tried") == 7


def test_a_view_that_the_gate_refused_is_not_published_with_its_new_rows(lab: Workshop) -> None:
    assert lab.dbt("build").exit_code == 0
    assert held(lab) == {}
    edit(lab, "models/warehouse/plain.sql", "1 as v", "nullif(i, 1) as v")
    assert lab.dbt("build").exit_code == 1

    assert held(lab)["seen"] == "failed: of_a_view"

    assert shown(lab, "seen") == 3


def test_a_run_that_was_lost_after_a_test_failed_does_not_pass(lab: Workshop) -> None:
    assert lab.dbt("build").exit_code == 0
    edit(lab, "models/warehouse/plain.sql", "1 as v", "-1 as v")
    edit(lab, "dbt_project.yml", "on-run-start:", 'on-run-end: ["select 1 from nowhere"]\non-run-start:')
    assert lab.dbt("build").exit_code != 0
    edit(lab, "dbt_project.yml", 'on-run-end: ["select 1 from nowhere"]\n', "")

    assert "failed: plain_foreign" in held(lab)["seen"]


@pytest.mark.parametrize("flag", ["--empty", "--sample=1 day"])
def test_what_left_rows_out_is_not_published(lab: Workshop, flag: str) -> None:
    assert lab.dbt("build", flag).exit_code == 0

    reasons = held(lab)

    word = flag.split("=", maxsplit=1)[0]
    assert reasons["tried"] == f"it was built by `dbt build {word}`, which leaves rows out; build again without it"
    assert lab.query(f"select distinct command from ribbon.runs where command like '%{word}'") == [(f"build {word}",)]
    assert lab.dbt("build", "--select", "tried").exit_code == 0
    assert held(lab)["tried"] == f"plain was built by `dbt build {word}`, which leaves rows out; build again without it"
    assert lab.dbt("build").exit_code == 0
    assert held(lab) == {}


def test_a_batch_that_failed_is_red_everywhere(lab: Workshop) -> None:
    lab.variables["BROKEN_BATCH"] = "true"

    built = lab.ribbon("build", "--select", "batched")

    assert built.exit_code == 1, built.out
    assert "batched: partial success" in built.err
    assert lab.query("select status from ribbon.runs order by started_at desc limit 1") == [("failed",)]
    assert held(lab)["batched"] == "batches failed: batched"
    assert lab.ribbon("status").exit_code == 1
    lab.variables["BROKEN_BATCH"] = "false"
    assert lab.dbt("build", "--full-refresh", "--select", "batched").exit_code == 0
    assert "batched" not in held(lab)


def test_a_test_that_may_fail_now_is_not_proven_by_its_warning(lab: Workshop) -> None:
    edit(lab, "models/warehouse/plain.sql", "1 as v", "-1 as v")
    edit(
        lab,
        "expectations/mart/sales/lab.yml",
        "arguments: {least: 0}}",
        "arguments: {least: 0}, config: {severity: warn}}",
    )
    assert lab.dbt("build").exit_code == 0
    assert held(lab) == {}
    edit(lab, "expectations/mart/sales/lab.yml", ", config: {severity: warn}", "")

    assert held(lab)["tried"] == "failed: foreign, plain_foreign"


def test_a_clone_is_published_as_the_view_that_it_is(lab: Workshop) -> None:
    assert lab.dbt("build").exit_code == 0
    with duckdb.connect(str(lab.data / "build.duckdb")) as outside:
        outside.execute("create table kept as from mart_sales.tried; drop table mart_sales.tried")
        outside.execute("create view mart_sales.tried as from main.kept")

    assert held(lab) == {}
    assert shown(lab, "tried") == 3


def test_a_project_without_records_is_tested_by_dbt(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    write_files(mini.project, FILES)
    assert mini.dbt("run", "--select", "plain", "zz_parent", "tried").exit_code == 0
    with duckdb.connect(str(mini.data / "build.duckdb")) as outside:
        outside.execute("drop schema ribbon cascade")

    assert "tried" not in held(mini)
    assert shown(mini, "tried") == 3


def test_a_view_of_a_source_is_tested_for_the_build_that_read_it(lab: Workshop) -> None:
    wrong = "select *, cast(item as integer) as wrong from {{ source('shop', 'orders') }}\n"
    view = f"{{{{ config(materialized='view') }}}} {wrong}"
    files = {
        "models/warehouse/staging/raw_view.sql": view,
        "models/mart/sales/of_view.sql": "select order_id, quantity as v from {{ ref('raw_view') }}\n",
        "expectations/warehouse/staging/raw_view.yml": SOURCED,
    }
    write_files(lab.project, files)
    built = lab.dbt("build", "--select", "+of_view")
    assert built.exit_code == 0, built.out  # though nobody could read the whole view
    chosen = "test_id like '%of_a_source_view%'"
    assert lab.value(f"select status from ribbon.expectation_results where {chosen}") == "pass"
    lab.ribbon("publish")
    before = lab.value(f"select count(*) from ribbon.expectation_results where {chosen}")
    lab.ribbon("publish")
    assert lab.value(f"select count(*) from ribbon.expectation_results where {chosen}") == before
    assert lab.dbt("run", "--select", "of_view").exit_code == 0

    lab.ribbon("publish")

    assert lab.value(f"select count(*) from ribbon.expectation_results where {chosen}") == before + 1


def test_what_another_hook_wrote_after_the_gate_is_tested_before_it_is_published(lab: Workshop) -> None:
    hook = 'on-run-end: ["insert into mart_sales.tried values (0, null)"]\non-run-start:'
    edit(lab, "dbt_project.yml", "on-run-start:", hook)
    assert lab.dbt("build").exit_code == 0

    assert held(lab)["tried"] == "failed: measured"


def test_a_mart_in_another_database_is_not_said_to_be_missing(lab: Workshop) -> None:
    attach = f"type: duckdb\n      attach: [{{path: '{lab.data}/other.duckdb', alias: other}}]"
    edit(lab, "profiles.yml", "type: duckdb", attach)
    edit(lab, "models/mart/sales/seen.sql", "materialized='view'", "materialized='table', database='other'")
    assert lab.dbt("build").exit_code == 0

    assert held(lab)["seen"] == ("it is in the attached database other, and tables of build.duckdb are published only")
