"""A test of dbt's means on the candidate what it means after the build: expressions, fields, and itself."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.conftest import REPOSITORY, Workshop, new_mini, write_files

MODELS = {
    "model": "select 1 as id, 'x' as s, {'f': 1} as box union all select 2, 'y', {'f': 2}",
    "tree": "select 1 as id, null::int as parent union all select 2, 1",
    "branch": "{{ config(materialized='view') }} select 1 as id, null::int as parent union all select 2, 1",
    "spaced": 'select 1 as "Order ID", 1 as other',
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
  - name: grown
    columns: [{name: parent, data_tests: [relationships: {name: merged, arguments: {to: ref('grown'), field: id}}]}]
"""
FILES = {
    **{f"models/warehouse/meaning/{name}.sql": f"{sql}\n" for name, sql in MODELS.items()},
    "expectations/warehouse/meaning.yml": CONTRACT,
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
    names = ("called", "expression", "field_of", "merged", "of_a_view", "of_itself", "quoted")
    assert sorted(mini.query(gated)) == [(name, "pass") for name in names]
    assert mini.value("select count(*) from warehouse.grown") == 3


@pytest.mark.parametrize(
    ("model", "rows", "told"),
    [
        ("model", "select 1 as id, 'x' as s, {'f': 1} as box from range(3)", "unique(column=id || '-' || s)"),
        ("model", "select 1 as id, 'x' as s, {'f': 3} as box", "accepted_values(column=box.f"),
        ("tree", "select 1 as id, 7 as parent", "relationships(column=parent"),
        ("branch", "select 1 as id, 7 as parent", "relationships(column=parent"),
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


OWN = """{% macro default__test_unique(model, column_name) %}
select {{ column_name }} from {{ model }} group by 1 having count(*) > 2
{% endmacro %}
{% macro default__get_where_subquery(relation) %}
{%- set chosen = (config.get('where') or '').replace('__today__', '3') -%}
{{ '(select * from ' ~ relation ~ ' where ' ~ chosen ~ ') as chosen' if chosen else relation }}
{% endmacro %}
"""
ANSWERED = {
    "macros/own.sql": OWN,
    "models/warehouse/answered/answered.sql": "select i // 2 as n, 'ref(x' as said from range(6) as t (i)\n",
    "expectations/warehouse/answered.yml": """
models:
  - name: answered
    columns:
      - name: n
        data_tests:
          - unique: {name: at_most_twice}
          - not_null: {name: in_its_where, config: {where: "n < __today__"}}
      - {name: said, data_tests: [accepted_values: {name: like_a_call, arguments: {values: ['ref(x']}}]}
""",
}


def test_what_a_project_answers_for_dbt_is_left_to_dbt_and_text_stays_text(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    write_files(mini.project, ANSWERED)

    ended = mini.dbt("build", "--select", "answered")

    assert ended.exit_code == 0, ended.out
    found = mini.query("select split_part(test_id, '.', 3), status, gated, reason from ribbon.expectation_results")
    assert sorted(found) == [
        ("at_most_twice", "pass", False, "it has no measure"),
        ("in_its_where", "pass", False, "the project has a get_where_subquery of its own"),
        ("like_a_call", "pass", True, None),
    ]


NUL = """
models:
  - name: zero
    columns: [{name: k, data_tests: [not_null: {config: {store_failures: true}}]}]
"""


def test_a_zero_byte_in_a_failing_row_is_shown_and_recorded(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    row = "select 'a' || chr(0) || 'b' as t, null::int as k\n"
    write_files(mini.project, {"models/warehouse/zero.sql": row, "expectations/warehouse/zero.yml": NUL})

    ended = mini.dbt("build", "--select", "zero")

    assert ended.exit_code == 1
    assert r"k=None, t=a\x00b" in ended.out
    assert mini.query("select status from ribbon.runs") == [("failed",)]
    assert mini.query("select status from ribbon.expectation_results") == [("fail",)]
    assert mini.query("select t = 'a' || chr(0) || 'b' from dbt_test__audit.not_null_zero_k") == [(True,)]


def test_clone_measures_nothing(mini: Workshop) -> None:
    state = mini.project / "state"
    mini.dbt("compile", *SELECT, "--target-path", str(state))

    ended = mini.dbt("clone", "--state", str(state), "--target", "dev", *SELECT)

    assert ended.exit_code == 0, ended.out
    assert mini.value("select count(*) from dev_warehouse.tree") == 3


ODD = {
    "keys": "select 7 as id",
    "text_keys": "select '7' as pid union all select '8'",
    "endless": "select 1.5::decimal(10, 2) as d union all select 12",
    "huge": "select x::double as x from (values ('nan'), ('inf'), ('1e308'), ('-1e308')) as t (x)",
    "twins": "select null::int as v, 1 as a union all select null, 2",
    "early": "select 1 as id",
    "late": "select * from {{ ref('early') }}",
}
ODD_CONTRACT = """
models:
  - name: text_keys
    columns:
      - name: pid
        data_tests:
          - relationships: {name: key_types, arguments: {to: ref('keys'), field: id}, config: {severity: warn}}
  - name: endless
    data_tests: [ribbon.expect_table_columns_to_match_set: {name: any_columns, arguments: {column_set: null}}]
    columns:
      - name: d
        data_tests:
          - ribbon.expect_column_values_to_be_between: {name: no_end, arguments: {min_value: -.inf, max_value: .inf}}
          - ribbon.expect_column_min_to_be_between: {name: one_end, arguments: {min_value: 0.5, max_value: .inf}}
          - ribbon.expect_column_kl_divergence_to_be_less_than:
              name: open_bins
              arguments: {partition_object: {bins: [-.inf, 10, .inf], weights: [0.5, 0.5]}, threshold: 0.1}
  - name: huge
    columns:
      - name: x
        data_tests:
          - ribbon.expect_column_stdev_to_be_between:
              {name: spread, arguments: {max_value: 1}, config: {severity: warn}}
          - ribbon.expect_column_value_z_scores_to_be_less_than:
              {name: scores, arguments: {threshold: 3, double_sided: true}, config: {severity: warn}}
  - name: twins
    columns:
      - name: v
        data_tests: [not_null: {name: one, config: {where: a = 1}}, not_null: {name: two, config: {where: a = 2}}]
  - name: early
    columns: [{name: id, data_tests: [relationships: {name: to_late, arguments: {to: ref('late'), field: id}}]}]
"""


@pytest.mark.dbt1  # dbt 2 hands macros no infinity: such a bound is none
def test_odd_arguments_and_values_are_measured(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    files = {f"models/warehouse/odd/{name}.sql": f"{sql}\n" for name, sql in ODD.items()}
    write_files(mini.project, files | {"expectations/warehouse/odd.yml": ODD_CONTRACT})

    ended = mini.dbt("build", "--select", "path:models/warehouse/odd")

    found = mini.query("select split_part(test_id, '.', 3), status, failures, gated from ribbon.expectation_results")
    assert {name: (status, failures) for name, status, failures, _ in found} == {
        "any_columns": ("pass", 0),
        "key_types": ("warn", 1),
        "no_end": ("pass", 0),
        "one": ("fail", 1),
        "one_end": ("pass", 0),
        "open_bins": ("pass", 0),
        "scores": ("warn", 4),
        "spread": ("warn", 1),
        "to_late": ("pass", 0),
        "two": ("fail", 1),
    }, ended.out
    assert {name for name, *_, gated in found if not gated} == {"key_types", "to_late"}
    for choice in ("a = 1", "a = 2"):
        assert f"not_null(column=v) where {choice}: 1 of 1 rows" in ended.out


def test_a_source_that_is_a_file_is_tested_where_it_lies(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    file = tmp_path / "rows.parquet"
    duckdb.sql(f"copy (select 1 as id union all select 1) to '{file}'")
    source = f"""
sources:
  - name: elsewhere
    tables:
      - name: rows
        config: {{meta: {{external_location: "{file}"}}}}
        columns: [{{name: id, data_tests: [not_null: {{name: present}}, unique: {{name: alone}}]}}]
"""
    write_files(mini.project, {"expectations/lake/elsewhere.yml": source})

    ended = mini.dbt("test", "--select", "source:elsewhere")

    assert ended.exit_code == 1, ended.out
    found = mini.query("select split_part(test_id, '.', 3), status, gated, reason from ribbon.expectation_results")
    reason = "Ribbon does not land this source"
    assert sorted(found) == [("alone", "fail", False, reason), ("present", "pass", False, reason)]


def test_a_column_that_changes_its_case_stays_the_column_of_its_quarantine(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    contract = """
models:
  - name: cased
    columns: [{name: v, data_tests: [not_null: {config: {meta: {on_unexpected: quarantine}}}]}]
"""
    for name in ("v", "V"):
        model = f"select 1 as id, null::int as {name} union all select 2, 5\n"
        write_files(mini.project, {"models/warehouse/cased.sql": model, "expectations/warehouse/cased.yml": contract})
        ended = mini.dbt("build", "--select", "cased")
        assert ended.exit_code == 0, ended.out

    assert mini.query("select id, v from warehouse.cased__quarantine") == [(1, None)]


@pytest.mark.parametrize(("calculation", "told"), [("sum(other)", "Binder Error"), ("2 * count(id)", "not_null")])
def test_a_calculation_of_failures_sees_what_dbts_test_selects(mini: Workshop, calculation: str, told: str) -> None:
    contract = f"""
models:
  - name: counted
    columns: [{{name: id, data_tests: [not_null: {{config: {{fail_calc: {calculation}, error_if: "= 0"}}}}]}}]
"""
    model = "select null::int as id, 1 as other\n"
    write_files(mini.project, {"models/warehouse/c/counted.sql": model, "expectations/warehouse/c.yml": contract})

    ended = mini.dbt("build", "--select", "counted")

    assert ended.exit_code == 1
    assert told in ended.out


def test_a_packages_test_of_an_expression_is_left_to_dbt(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    shutil.copytree(REPOSITORY / "tests/other_packages/dbt_expectations", mini.project / "dbt_expectations")
    contract = """
models:
  - name: paired
    data_tests:
      - dbt_expectations.expect_column_values_to_be_unique: {name: pairs, arguments: {column_name: "id || '-' || part"}}
      - dbt_expectations.expect_compound_columns_to_be_unique:
          {name: computed, arguments: {column_list: "{{ var('keys', ['id', 'part']) }}"}}
    columns: [{name: id, data_tests: [dbt_expectations.expect_column_values_to_be_unique: {name: ids}]}]
"""
    files = {
        "packages.yml": "packages: [{local: packages/ribbon}, {local: dbt_expectations}]\n",
        "models/warehouse/paired.sql": "select i as id, 'a' as part from range(2) as t (i)\n",
        "expectations/warehouse/paired.yml": contract,
    }
    write_files(mini.project, files)
    assert mini.dbt("deps").exit_code == 0

    ended = mini.dbt("build", "--select", "paired")

    assert ended.exit_code == 0, ended.out
    found = mini.query("select split_part(test_id, '.', 3), status, reason from ribbon.expectation_results")
    left = [(name, "pass", "it has no measure") for name in ("computed", "pairs")]
    assert sorted(found) == [left[0], ("ids", "pass", None), left[1]]


DEFERRED = {
    "models/warehouse/deferred/parent.sql": "select i as id from range({{ var('most', 3) }}) as t (i)\n",
    "models/warehouse/deferred/child.sql": "select i as parent_id from range(9) as t (i)\n",
    "expectations/warehouse/deferred.yml": """
models:
  - name: child
    columns: [{name: parent_id, data_tests: [relationships: {arguments: {to: ref('parent'), field: id}}]}]
""",
}


def test_a_deferred_parent_that_is_here_too_is_the_one_that_counts(mini: Workshop) -> None:
    write_files(mini.project, DEFERRED)
    assert mini.dbt("run", "--select", "parent").exit_code == 0
    assert mini.dbt("compile", "--target-path", str(mini.project / "state")).exit_code == 0
    assert mini.dbt("run", "--target", "dev", "--select", "parent", "--vars", "{most: 9}").exit_code == 0
    deferred = ("build", "--target", "dev", "--select", "child", "--defer", "--state", "state")

    assert mini.dbt(*deferred, "--favor-state").exit_code == 1, "of the three rows in production"
    ended = mini.dbt(*deferred)

    assert ended.exit_code == 0, ended.out


def test_a_test_of_the_project_itself_has_its_own_context(mini: Workshop) -> None:
    test = """{% test among_first(model, column_name) %}
select * from {{ model }} where {{ column_name }} not in (select id from {{ ref('first') }})
    or '{{ (config.get("meta") or {}).get("of") }}' != 'the test'
{% endtest %}
"""
    contract = """
models:
  - name: third
    config: {meta: {of: the model}}
    columns: [{name: id, data_tests: [among_first: {name: own, config: {meta: {of: the test}}}]}]
"""
    files = {
        "macros/among_first.sql": test,
        "models/warehouse/first.sql": "select i as id from range(3) as t (i)\n",
        "models/warehouse/second.sql": "select * from {{ ref('first') }}\n",
        "models/warehouse/third.sql": "select * from {{ ref('second') }}\n",
        "expectations/warehouse/third.yml": contract,
    }
    write_files(mini.project, files)

    ended = mini.dbt("build", "--select", "+third")

    assert ended.exit_code == 0, ended.out


def test_a_packages_test_that_names_its_own_model_means_the_rows_that_are_built(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    test = """{% test equal_rowcount(model, compare_model) %}
with counted as (select (select count(*) from {{ model }}) as n, (select count(*) from {{ compare_model }}) as other)
select * from counted where n != other
{% endtest %}
"""
    contract = """
models:
  - name: same
    data_tests: [dbt_utils.equal_rowcount: {name: itself, arguments: {compare_model: ref('same')}}]
"""
    files = {
        "packages.yml": "packages: [{local: packages/ribbon}, {local: dbt_utils}]\n",
        "dbt_utils/dbt_project.yml": "name: dbt_utils\nversion: 1.0.0\n",
        "dbt_utils/macros/equal_rowcount.sql": test,
        "models/warehouse/same.sql": "select i as id from range({{ var('most', 3) }}) as t (i)\n",
        "expectations/warehouse/same.yml": contract,
    }
    write_files(mini.project, files)
    assert mini.dbt("deps").exit_code == 0

    for most in (3, 5):
        ended = mini.dbt("build", "--select", "same", "--vars", f"{{most: {most}}}")
        assert ended.exit_code == 0, ended.out


ABSENT = {
    "models/warehouse/absent/there.sql": "{{ config(materialized='table') }} select 1 as id\n",
    "models/warehouse/absent/unused.sql": "{{ config(enabled=false) }} select 1 as id\n",
    "expectations/warehouse/absent.yml": """
models:
  - {name: gone, columns: [{name: id, data_tests: [unique: {name: of_a_model_that_is_gone}]}]}
  - {name: unused, columns: [{name: id, data_tests: [unique: {name: of_a_model_that_is_unused}]}]}
  - name: there
    columns:
      - name: id
        data_tests:
          - not_null: {name: present}
          - relationships: {name: to_a_model_that_is_gone, arguments: {to: ref('gone'), field: id}}
          - relationships: {name: to_a_model_that_is_unused, arguments: {to: ref('unused'), field: id}}
          - relationships: {name: to_a_source_that_is_gone, arguments: {to: "source('nowhere', 'gone')", field: id}}
""",
    "tests/of_a_model_that_is_gone.sql": "select * from {{ ref('gone') }}\n",
}


def test_what_dbt_leaves_out_for_want_of_a_relation_is_not_asked(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    write_files(mini.project, ABSENT)

    ended = mini.dbt("build", "--select", "there")

    assert ended.exit_code == 0, ended.out
    found = mini.query("select split_part(test_id, '.', 3), status, gated from ribbon.expectation_results")
    assert found == [("present", "pass", True)]
    described = mini.dbt("run-operation", "ribbon.describe_project", "--quiet")
    assert described.exit_code == 0, described.out
    (document,) = [line for line in described.out.splitlines() if line.startswith("{")]
    assert "that_is_" not in document


PLUGIN = """import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    def load(self, source_config):
        return duckdb.sql("select 1 as id").df()
"""
LOADED = {
    "plugin/of_ours.py": PLUGIN,
    "models/warehouse/loaded/reader.sql": "select id from {{ source('loaded', 'rows') }}\n",
    "models/warehouse/loaded/other.sql": "select 1 as id\n",
    "expectations/warehouse/loaded.yml": """
sources:
  - name: loaded
    config: {meta: {plugin: of_ours}}
    tables: [{name: rows, columns: [{name: id, data_tests: [unique]}]}]
models:
  - name: reader
    columns:
      - name: id
        data_tests: [relationships: {name: of_reader, arguments: &to {to: "source('loaded', 'rows')", field: id}}]
  - name: other
    columns: [{name: id, data_tests: [relationships: {name: of_other, arguments: *to}]}]
""",
}


@pytest.mark.dbt1  # plugins are written in Python
def test_a_source_that_a_plugin_loads_is_read_by_the_gate_where_it_was_loaded(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    write_files(mini.project, LOADED)
    profiles = mini.project / "profiles.yml"
    document = yaml.safe_load(profiles.read_text())
    plugins = {"module_paths": [str(mini.project / "plugin")], "plugins": [{"module": "of_ours"}]}
    document["grocery"]["outputs"]["prod"].update(plugins)
    profiles.write_text(yaml.safe_dump(document))

    ended = mini.dbt("build", "--select", "other", "reader", "source:loaded", "--threads", "1")

    assert ended.exit_code == 0, ended.out
    found = mini.query("select split_part(test_id, '.', 3), status, gated from ribbon.expectation_results")
    assert ("of_reader", "pass", True) in found
    assert ("of_other", "pass", False) in found


COMPUTED = {
    "macros/codes.sql": """{% macro codes() %}{{ return(['a', "it's", none]) }}{% endmacro %}\n""",
    "models/warehouse/computed.sql": "select unnest(['a', 'it''s']) as code, unnest([1, 2]) as n\n",
    "expectations/warehouse/computed.yml": """
models:
  - name: computed
    columns:
      - name: code
        data_tests: [accepted_values: {name: of_a_macro, arguments: {values: "{{ codes() | select | list }}"}}]
      - name: n
        data_tests:
          - accepted_values: {name: of_a_var, arguments: {values: "{{ var('few', [1, 2]) }}", quote: false}}
          - ribbon.expect_column_values_to_be_between: {name: of_a_text, arguments: {min_value: "{{ '1' }}"}}
""",
}


def test_an_argument_that_is_computed_has_its_value_and_not_its_text(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    write_files(mini.project, COMPUTED)

    ended = mini.dbt("build", "--select", "computed")

    assert ended.exit_code == 0, ended.out
    found = mini.query("select split_part(test_id, '.', 3), status, gated from ribbon.expectation_results")
    assert sorted(found) == [(name, "pass", True) for name in ("of_a_macro", "of_a_text", "of_a_var")]
    assert mini.dbt("build", "--select", "computed", "--vars", "{few: [1]}").exit_code == 1


def test_macros_of_the_project_take_the_place_of_no_step_of_a_materialization(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    steps = re.findall(
        r"macro duckdb__(\w+)\(", (mini.project / "packages/ribbon/materializations/on_duckdb.sql").read_text()
    )
    theirs = "".join(f"{{% macro duckdb__{step.lstrip('_')}() %}}{{% endmacro %}}\n" for step in steps)
    files = {
        "macros/theirs.sql": theirs,
        "seeds/listed.csv": "id\n1\n",
        "models/warehouse/built.sql": "select * from {{ ref('listed') }}\n",
    }
    write_files(mini.project, files)

    ended = mini.dbt("build", "--select", "listed", "built")

    assert len(steps) > 5
    assert ended.exit_code == 0, ended.out


EVEN = """{% macro default__measures_of_project() %}{{ return({'even': 'column | but'}) }}{% endmacro %}

{% macro default__measure_even(on, column, but=0) -%}
  {{ return(ribbon.rows_measure([column], column ~ ' % 2 <> 0 and ' ~ column ~ ' <> ' ~ but)) }}
{%- endmacro %}

{% test even(model) -%}{{ ribbon.expectation_test('even', model, kwargs) }}{%- endtest %}
"""
EVENS = """models:
  - name: evens
    columns: [{name: id, data_tests: [{even: {name: all_even, arguments: {but: 3}}}]}]
"""


def test_a_measure_that_the_project_lists_is_gated(mini: Workshop) -> None:
    files = {"macros/even.sql": EVEN, "expectations/warehouse/evens.yml": EVENS}
    write_files(mini.project, {**files, "models/warehouse/evens.sql": "select unnest([2, 3, 4]) as id"})
    built = mini.dbt("build", "--select", "evens")
    assert built.exit_code == 0, built.out

    write_files(mini.project, {"models/warehouse/evens.sql": "select unnest([2, 5]) as id"})
    refused = mini.dbt("build", "--select", "evens")

    assert refused.exit_code == 1
    assert re.search(r"even\((?:column=id, but=3|but=3, column=id)\): 1 of 2 rows", refused.out), refused.out
    assert mini.query("select id from warehouse.evens order by id") == [(2,), (3,), (4,)]
    recorded = "select distinct gated, reason from ribbon.expectation_results where test_id like '%all_even%'"
    assert mini.query(recorded) == [(True, None)]
    assert mini.dbt("test", "--select", "evens").exit_code == 0, "dbt's own run of it says the same of what is there"


LONG = """models:
  - name: a_model_whose_name_is_long_enough
    columns: [{name: and_a_column_whose_name_is_longer_than_usual, data_tests: [not_null]}]
"""


def test_a_test_whose_name_is_cut_is_gated(mini: Workshop) -> None:
    sql = "select 1 as and_a_column_whose_name_is_longer_than_usual"
    name = "a_model_whose_name_is_long_enough"
    write_files(mini.project, {f"models/warehouse/{name}.sql": sql, "expectations/warehouse/long.yml": LONG})

    assert mini.dbt("build", "--select", name).exit_code == 0

    recorded = f"select gated, reason from ribbon.expectation_results where node_id like '%{name}'"
    assert mini.query(recorded) == [(True, None)]
