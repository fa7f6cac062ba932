"""A test that was edited keeps its id: publishing asks it again before readers see what it judged."""

import pytest

from ribbon.config import ProjectPaths
from ribbon.project import definition_of, read_project
from tests.conftest import Workshop, edit, write_files

FIRST = "select i as id, nullif(i, 1) as v, i as w from range(3) as t (i)\n"
CONTRACT = """
models:
  - name: asked
    columns:
      - name: v
        data_tests:
          - not_null: {name: by_where, config: {where: "id <> 1"}}
          - not_null: {name: by_threshold, config: {error_if: ">1"}}
          - not_null: {name: by_meta, config: {meta: {on_unexpected: warn}}}
      - name: w
        data_tests:
          - not_null: {name: by_limit, config: {fail_calc: "count(*)"}}
          - ribbon.expect_column_values_to_be_between: {name: by_variable, arguments: {max_value: "{{ var('most') }}"}}
          - own: {name: by_macro, arguments: {since: 2024-01-01, words: [é, "1", 2.50, null]}}
          - even: {name: by_measure}
"""
HELPER = "{% macro too_much(column) %}{{ column }} > 5{% endmacro %}\n"
OWN = """{% test own(model, column_name, since, words) %}
select * from {{ model }} where {{ too_much(column_name) }}
{% endtest %}
"""
EVEN = """{% macro default__measure_even(on, column) -%}
  {{ return(ribbon.rows_measure([column], column ~ ' > 6')) }}
{%- endmacro %}

{% test even(model) -%}{{ ribbon.expectation_test('even', model, kwargs) }}{%- endtest %}
"""
SINGULAR = "select * from {{ ref('asked') }} where w > 7 -- {{ var('unset', none) }}\n"
LAB = "expectations/mart/sales/asked.yml"
FILES = {
    "macros/too_much.sql": HELPER,
    "macros/own.sql": OWN,
    "macros/even.sql": EVEN,
    "models/mart/sales/asked.sql": FIRST,
    "tests/by_sql.sql": SINGULAR,
    LAB: CONTRACT,
}
EDITS = {
    "by_where": (LAB, "id <> 1", "id <> 0"),
    "by_threshold": (LAB, '">1"', '">0"'),
    "by_meta": (LAB, "on_unexpected: warn", "on_unexpected: fail"),
    "by_limit": (LAB, '"count(*)"', '"count(*) + 1"'),
    "by_variable": ("dbt_project.yml", "most: 9", "most: 1"),
    "by_macro": ("macros/too_much.sql", "> 5", "> 1"),
    "by_measure": ("macros/even.sql", "> 6", "> 1"),
    "by_sql": ("tests/by_sql.sql", "w > 7", "w > 1"),
}
RAN_FIRST = "ran first, not having run on these tables yet"


@pytest.fixture
def lab(mini_built: Workshop) -> Workshop:
    write_files(mini_built.project, FILES)
    edit(mini_built, "dbt_project.yml", "vars:\n", "vars:\n  most: 9\n")
    return mini_built


def test_an_edit_counts_before_the_next_build(lab: Workshop) -> None:
    built = lab.dbt("build")
    assert built.exit_code == 0, built.out
    first = lab.ribbon("publish")
    assert (first.exit_code, RAN_FIRST in first.out) == (0, False), first.out

    for name, (file, before, after) in EDITS.items():
        edit(lab, file, before, after)
        published = lab.ribbon("publish", "--json")
        assert published.json["publish"]["held"] == {"mart_sales.asked": f"failed: {name}"}, name
        edit(lab, file, after, before)

    last = lab.ribbon("publish")
    assert (last.exit_code, RAN_FIRST in last.out) == (0, False), "the verdicts of the build are of these tests"


def test_what_decides_on_no_verdict_asks_nothing_again(lab: Workshop) -> None:
    assert lab.dbt("build").exit_code == 0
    edit(lab, LAB, "- name: w\n", "- name: w\n        description: Some.\n")
    edit(lab, LAB, "{name: by_measure}", "{name: by_measure, description: Other., config: {tags: [nightly]}}")

    published = lab.ribbon("publish")

    assert (published.exit_code, RAN_FIRST in published.out) == (0, False), published.out


def test_both_sides_say_the_same_of_every_test(lab: Workshop) -> None:
    assert lab.dbt("build").exit_code == 0
    project = read_project(ProjectPaths(lab.project, lab.data), lab.target)
    recorded = dict(lab.query("select node_id, state from ribbon.table_states where node_id like 'test.%'"))

    assert {project.record(test)["name"] for test in recorded} >= EDITS.keys()
    assert recorded == {test: definition_of(project, test) for test in recorded}


def test_a_test_whose_macro_is_gone_fails_and_the_run_is_recorded(lab: Workshop) -> None:
    edit(
        lab, LAB, "- own: {name: by_macro, arguments: {since: 2024-01-01, ", "- ribbon.gone: {name: lost, arguments: {"
    )

    assert lab.dbt("build").exit_code == 1
    assert lab.query("select status from ribbon.runs order by started_at desc limit 1") == [("failed",)]
    assert lab.ribbon("publish", "--json").json["publish"]["held"] == {"mart_sales.asked": "failed: lost"}
