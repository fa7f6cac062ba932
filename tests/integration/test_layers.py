"""The layer rule, on the mini project: each breach is found before a node is built, and tells what to do."""

from tests.conftest import Ended, Workshop, edit, write_files

MART = "models/mart/sales/sales_daily.sql"
READS_LAKE = "select day, 1 as unit_count, 1 as sales_usd from {{ source('shop', 'orders') }}\n"
BASELINE = """
groups:
  - name: layer_baseline
    owner: {name: Data platform}
    config:
      meta:
        breaches:
          - {model: sales_daily, reads: orders, because: the dashboard was there first}
"""


def stage(mini: Workshop, name: str) -> None:
    edit(mini, "expectations/mart/sales/_use_case.yml", "stage: stable", f"stage: {name}")


def broken(ended: Ended, *told: str) -> None:
    assert ended.exit_code == 1, ended.out + ended.err
    for text in ("Layer rule broken", *told):
        assert text in ended.err


def test_a_stable_mart_must_not_read_the_lake(mini: Workshop) -> None:
    write_files(mini.project, {MART: READS_LAKE})

    ended = mini.ribbon("build")

    broken(
        ended,
        f"{MART}: sales_daily reads orders: a mart of a stable use case must not read the lake",
        "Remedy: build a warehouse model on shop.orders and ref() that",
    )
    assert mini.query("select * from information_schema.tables where table_schema = 'mart_sales'") == []


def test_a_growing_mart_that_reads_the_lake_is_warned(mini: Workshop) -> None:
    stage(mini, "growing")
    write_files(mini.project, {MART: READS_LAKE})

    ended = mini.dbt("run")

    assert ended.exit_code == 0
    assert "Layer rule: models/mart/sales/sales_daily.sql: sales_daily reads orders" in ended.out


def test_an_exploring_mart_may_read_the_lake(mini: Workshop) -> None:
    stage(mini, "exploring")
    write_files(mini.project, {MART: READS_LAKE})

    ended = mini.dbt("run")

    assert ended.exit_code == 0
    assert "Layer rule" not in ended.out


def test_a_warehouse_model_must_not_read_a_mart(mini: Workshop) -> None:
    write_files(mini.project, {"models/warehouse/orders/worst.sql": "select * from {{ ref('sales_daily') }}\n"})

    broken(mini.ribbon("build"), "worst reads sales_daily: the warehouse must not read a mart")


def test_a_mart_must_not_read_the_mart_of_another_use_case(mini: Workshop) -> None:
    group = "groups:\n  - name: risk\n    owner: {name: Risk}\n    config: {meta: {stage: exploring}}\n"
    write_files(
        mini.project,
        {
            "models/mart/risk/exposure.sql": "{{ config(group='risk') }} select * from {{ ref('sales_daily') }}\n",
            "expectations/mart/risk/_use_case.yml": group,
        },
    )

    broken(
        mini.ribbon("build"), "exposure reads sales_daily: a mart must not read the mart of another use case (sales)"
    )


def test_a_model_outside_the_layers_is_misplaced(mini: Workshop) -> None:
    write_files(mini.project, {"models/staging/orders/stray.sql": "select 1 as one\n"})

    broken(mini.ribbon("build"), "stray: it lies in no layer", "move it to models/warehouse/<subject>/")


def test_a_mart_whose_use_case_declares_no_stage_is_misplaced(mini: Workshop) -> None:
    edit(mini, "dbt_project.yml", "sales: {+group: sales}", "sales: {}")

    broken(mini.ribbon("build"), "sales_daily: its use case declares no stage", "+group in dbt_project.yml")


def test_an_accepted_breach_passes(mini: Workshop) -> None:
    write_files(mini.project, {MART: READS_LAKE, "expectations/layer_baseline.yml": BASELINE})

    assert mini.dbt("run").exit_code == 0


def test_a_mended_breach_must_leave_the_baseline(mini: Workshop) -> None:
    write_files(mini.project, {"expectations/layer_baseline.yml": BASELINE})

    broken(mini.ribbon("build"), "sales_daily reads orders: no longer a breach. Remedy: delete the entry")


def test_a_full_compile_checks_the_rule_and_needs_nothing_built(mini: Workshop) -> None:
    assert mini.dbt("compile").exit_code == 0
    write_files(mini.project, {MART: READS_LAKE})

    ended = mini.dbt("compile")

    assert ended.exit_code == 2
    assert "Layer rule broken in 1 place" in ended.out
