"""The layer rule, on the mini project: each breach is found before a node is built, and tells what to do."""

import json
from textwrap import indent

import pytest

from ribbon.config import ProjectPaths
from ribbon.project import read_project
from tests.conftest import Ended, Workshop, edit, new_mini, write_files

MART = "models/mart/sales/sales_daily.sql"
READS_LAKE = "select day, 1 as unit_count, 1 as sales_usd from {{ source('shop', 'orders') }}\n"
GROUP = "groups:\n  - name: {0}\n    owner: {{name: {0}}}\n    config: {{meta: {{stage: {1}}}}}\n"
BASELINE = """
groups:
  - name: layer_baseline
    owner: {name: Data platform}
    config:
      meta:
        breaches:
          - {model: sales_daily, reads: orders, because: the dashboard was there first}
"""
BREACHES = {
    MART: READS_LAKE,
    "models/warehouse/orders/worst.sql": "select * from {{ ref('sales_daily') }}\n",
    "models/scratch/orders/stray.sql": "select 1 as one\n",
    "models/mart/risk/exposed.sql": "{{ config(group='risk') }} select * from {{ ref('sales_daily') }}\n",
    "expectations/mart/risk/_use_case.yml": GROUP.format("risk", "exploring"),
    "models/mart/lab/tried.sql": "{{ config(group='lab') }} select 1 as one from {{ source('shop', 'orders') }}\n",
    "expectations/mart/lab/_use_case.yml": GROUP.format("lab", "exploring"),
    "models/mart/growth/half.sql": "{{ config(group='growth') }} select 1 as one from {{ source('shop', 'orders') }}\n",
    "expectations/mart/growth/_use_case.yml": GROUP.format("growth", "growing"),
    "models/mart/astray.sql": "{{ config(group='lab') }} select 1 as one\n",
    "models/mart/nobody/lost.sql": "select 1 as one from {{ ref('dim_item') }}\n",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """What a full compile says of a project with a breach of every kind."""
    mini = new_mini(tmp_path_factory.mktemp("breaches"))
    write_files(mini.project, BREACHES)
    return mini.dbt("compile")


@pytest.mark.parametrize(
    "breach",
    [
        f"{MART}: sales_daily reads orders: a mart of a stable use case must not read the lake."
        " Remedy: build a warehouse model on shop.orders and ref() it.",
        "models/warehouse/orders/worst.sql: worst reads sales_daily: a warehouse model must not read a mart",
        "models/mart/risk/exposed.sql: exposed reads sales_daily: a mart must not read the mart of another use"
        " case (sales). Remedy: move what both need from sales_daily into a warehouse model.",
        "models/scratch/orders/stray.sql: stray: it is in no layer. Remedy: move it to models/warehouse/<subject>/",
        "models/mart/astray.sql: astray: it belongs to no use case. Remedy: move it to models/mart/<use_case>/.",
        "models/mart/nobody/lost.sql: lost: its use case declares no stage. Remedy: give the folder a group",
    ],
)
def test_a_breach_is_an_error_that_tells_what_to_do(told: Ended, breach: str) -> None:
    assert told.exit_code == 2
    assert "Layer rule broken in 6 place(s)" in told.out
    assert breach in told.out


def test_a_growing_mart_that_reads_the_lake_is_warned_and_an_exploring_one_may(told: Ended) -> None:
    assert "Layer rule: models/mart/growth/half.sql: half reads orders: a mart of a growing use case" in told.out
    assert "tried" not in told.out


def test_a_breach_stops_a_build_before_any_node(mini: Workshop) -> None:
    write_files(mini.project, {MART: READS_LAKE})

    ended = mini.ribbon("build")

    assert ended.exit_code == 1
    assert ended.err.startswith("Error: Layer rule broken in 1 place(s):")
    assert "- models/mart/sales/sales_daily.sql: sales_daily reads orders" in ended.err
    assert mini.query("select * from information_schema.tables where table_schema in ('mart_sales', 'warehouse')") == []


def test_an_accepted_breach_passes_and_a_mended_one_must_leave_the_baseline(mini: Workshop) -> None:
    mended = (mini.project / MART).read_text()
    write_files(mini.project, {MART: READS_LAKE, "expectations/layer_baseline.yml": BASELINE})
    assert mini.dbt("compile").exit_code == 0

    write_files(mini.project, {MART: mended})

    ended = mini.dbt("compile")
    assert ended.exit_code == 2
    assert "sales_daily reads orders: this is no longer a breach. Remedy: delete the entry." in ended.out


def test_a_stage_that_does_not_exist_is_none(mini: Workshop) -> None:
    edit(mini, "expectations/mart/sales/_use_case.yml", "stage: stable", "stage: sometimes")

    assert "sales_daily: its use case declares no stage" in mini.dbt("compile").out


PLACED = {
    "models/staging/shop/stg_item.sql": "select 1 as one",
    "models/marts/finance/revenue.sql": "select 1 as one",
    "models/teams/ads/marts/clicks.sql": "{{ config(group='ads') }} select 1 as one",
    "models/reporting/board/figures.sql": "select 1 as one",
    "models/reporting/loose.sql": "select 1 as one",
    "models/scratch/tagged.sql": "{{ config(tags=['mart']) }} select 1 as one",
    "models/scratch/in_schema.sql": "{{ config(schema='out_hr') }} select 1 as one",
    "models/scratch/lost.sql": "select 1 as one",
    "models/raw/copied.sql": "select 1 as one",
    "models/groups.yml": GROUP.format("ads", "exploring"),
    "macros/placements.sql": """
{% macro placements() %}
  {% for node in (graph.nodes.values() | list) + (graph.sources.values() | list)
     if node.resource_type in ['model', 'seed', 'snapshot', 'source'] %}
    {% do print('PLACED ' ~ tojson([node.unique_id, ribbon.layer_of(node), ribbon.use_case_of(node)])) %}
  {% endfor %}
{% endmacro %}
""",
}
UNPLACED = ("figures", "loose", "tagged", "in_schema", "lost", "copied")
PATTERNS = """\
  ribbon:
    layers: {lake: raw, mart: ["reporting/<use_case>", "tag:mart", "schema:out_<use_case>"]}
"""


OF_THE_PROJECT = f"  mini:\n{indent(PATTERNS, '  ')}"


@pytest.mark.parametrize("patterns", ["", PATTERNS, OF_THE_PROJECT], ids=["defaults", "patterns", "of the project"])
def test_the_layer_rule_places_every_node_where_the_python_part_does(mini: Workshop, patterns: str) -> None:
    write_files(mini.project, PLACED)
    edit(mini, "dbt_project.yml", "vars:\n", f"vars:\n{patterns}")

    printed = mini.dbt("run-operation", "placements")

    assert printed.exit_code == 0, printed.out
    lines = [line.partition("PLACED ")[2] for line in printed.out.splitlines() if "PLACED " in line]
    by_dbt = {key: (layer, use_case) for key, layer, use_case in map(json.loads, lines)}
    project = read_project(ProjectPaths(mini.project, mini.data), mini.target)
    unplaced = {f"model.mini.{name}" for name in (("lost",) if patterns else UNPLACED)}
    assert {key for key, (layer, _) in by_dbt.items() if layer is None} == unplaced
    assert {key: by_dbt[key] for key in by_dbt.keys() - unplaced} == {
        key: (placement.layer.value, placement.use_case)
        for key, placement in project.placements.items()
        if key not in unplaced
    }
    assert all(
        project.nodes[key].schema == f"mart_{use_case}"
        for key, (layer, use_case) in by_dbt.items()
        if layer == "mart" and use_case and not project.nodes[key].config.schema
    )
    assert by_dbt["model.mini.revenue"] == ("mart", "finance")
    assert by_dbt["model.mini.clicks"] == ("mart", "ads")
    assert by_dbt["model.mini.stg_item"] == ("warehouse", None)
    if patterns:
        assert by_dbt["model.mini.figures"] == ("mart", "board")
        assert by_dbt["model.mini.loose"] == ("mart", None)
        assert by_dbt["model.mini.tagged"] == ("mart", None)
        assert by_dbt["model.mini.in_schema"] == ("mart", "hr")
        assert by_dbt["model.mini.copied"] == ("lake", None)
