"""A test of dbt's means on the candidate what it means after the build: expressions, fields, and itself."""

import pytest

from tests.conftest import Workshop, new_mini, write_files

MODELS = {
    "model": "select 1 as id, 'x' as s, {'f': 1} as box union all select 2, 'y', {'f': 2}",
    "tree": "select 1 as id, null::int as parent union all select 2, 1",
    "branch": "{{ config(materialized='view') }} select 1 as id, null::int as parent union all select 2, 1",
    "spaced": 'select 1 as "Order ID", 1 as other',
    "own": "select 1 as twice union all select 1",
    "grown": (
        "{{ config(materialized='incremental', incremental_strategy='append') }}\n"
        "select * from (values (1, null::int), (2, 1)) as t (id, parent)\n"
        "{% if is_incremental() %} where false union all select 3, 1 {% endif %}"
    ),
}
CONTRACT = """
models:
  - name: model
    data_tests:
      - unique: {name: expression, arguments: {column_name: "id || '-' || s"}}
      - not_null: {name: called, arguments: {column_name: "coalesce(s, 'none')"}}
      - accepted_values: {name: field_of, arguments: {column_name: box.f, values: [1, 2], quote: false}}
  - name: tree
    columns: [{name: parent, data_tests: [relationships: {name: of_itself, arguments: {to: ref('tree'), field: id}}]}]
  - name: branch
    columns: [{name: parent, data_tests: [relationships: {name: of_a_view, arguments: {to: ref('branch'), field: id}}]}]
  - name: spaced
    columns:
      - name: other
        data_tests: [relationships: {name: quoted, arguments: {to: ref('spaced'), field: '"Order ID"'}}]
  - name: own
    columns: [{name: twice, data_tests: [unique: {name: answered}]}]
  - name: grown
    columns: [{name: parent, data_tests: [relationships: {name: merged, arguments: {to: ref('grown'), field: id}}]}]
"""
OWN = """{% macro default__test_unique(model, column_name) %}
select {{ column_name }} from {{ model }} group by 1 having count(*) > 2
{% endmacro %}
"""
FILES = {
    **{f"models/warehouse/meaning/{name}.sql": f"{sql}\n" for name, sql in MODELS.items()},
    "expectations/warehouse/meaning.yml": CONTRACT,
    "macros/unique.sql": OWN,
}
SELECT = ("--select", "path:models/warehouse/meaning")


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    mini = new_mini(tmp_path_factory.mktemp("meaning"))
    write_files(mini.project, FILES)
    return mini


def test_what_dbt_takes_for_a_column_passes_the_gate(mini: Workshop) -> None:
    first, second = mini.dbt("build", *SELECT), mini.dbt("build", *SELECT)

    assert first.exit_code == 0, first.out
    assert second.exit_code == 0, second.out
    gated = "select distinct split_part(test_id, '.', 3), status from ribbon.expectation_results where gated"
    names = ("answered", "called", "expression", "field_of", "merged", "of_a_view", "of_itself", "quoted")
    assert sorted(mini.query(gated)) == [(name, "pass") for name in names]
    assert mini.value("select count(*) from warehouse.grown") == 3


@pytest.mark.parametrize(
    ("model", "rows", "told"),
    [
        ("model", "select 1 as id, 'x' as s, {'f': 1} as box from range(3)", "unique(column=id || '-' || s)"),
        ("model", "select 1 as id, 'x' as s, {'f': 3} as box", "accepted_values(column=box.f"),
        ("tree", "select 1 as id, 7 as parent", "relationships(column=parent"),
        ("branch", "select 1 as id, 7 as parent", "relationships(column=parent"),
        ("own", "select 1 as twice from range(3)", "unique(column=twice)"),
    ],
)
def test_what_dbt_refuses_is_held_back(mini: Workshop, model: str, rows: str, told: str) -> None:
    file = f"models/warehouse/meaning/{model}.sql"
    before = mini.value(f"select count(*) from warehouse.{model}")
    view = "{{ config(materialized='view') }} " if model == "branch" else ""
    write_files(mini.project, {file: f"{view}{rows}\n"})

    refused = mini.dbt("run", "--select", model)
    write_files(mini.project, {file: FILES[file]})

    assert refused.exit_code == 1, refused.out
    assert told in refused.out
    assert mini.value(f"select count(*) from warehouse.{model}") == before


def test_a_tree_may_grow_by_parents_that_no_reader_sees_yet(mini: Workshop) -> None:
    grown = "select 1 as id, null::int as parent union all select 3, 1 union all select 4, 3"
    write_files(mini.project, {"models/warehouse/meaning/tree.sql": f"{grown}\n"})

    ended = mini.dbt("build", "--select", "tree")

    assert ended.exit_code == 0, ended.out
    assert mini.query("select id from warehouse.tree order by 1") == [(1,), (3,), (4,)]
