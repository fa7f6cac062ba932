"""Both branches of incremental models, from the template and the one branch that dbt compiled.

That dbt itself gives the other branch is held in tests/integration/test_lineage_project.py.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ribbon.dbt.artifacts import read_artifacts
from ribbon.dbt.branches import OUTDATED, Branches
from ribbon.dbt.same_sql import same_sql, with_ctes
from ribbon.dbt.template_context import ColumnTypes
from ribbon.settings import read_settings
from tests.conftest import write_files
from tests.manifests import macro, model, source, write_manifest

PARENT = model("base")
BASE = '"db"."main"."base"'
SEEN = "{% if is_incremental() %}where n > (select max(n) from {{ this }}){% endif %}"
IS_INCREMENTAL = macro("is_incremental", "{% macro is_incremental() %}{{ return(1/0) }}{% endmacro %}", package="dbt")

Found = tuple[tuple[str, ...], str | None]


def branches(
    folder: Path,
    raw: str,
    compiled: str,
    library: Sequence[Mapping[str, Any]] = (),
    yml: str = "name: shop",
    **fields: Any,
) -> Found:
    """What is found for a model of this template and compiled SQL."""
    write_files(folder, {"dbt_project.yml": yml})
    parents = fields.pop("reads", [PARENT])
    fields = {"materialized": "incremental", "parents": [each["unique_id"] for each in parents], **fields}
    node = model("facts", compiled, raw=raw, **fields)
    artifacts = read_artifacts(write_manifest(folder / "target", [node, *parents], macros=[IS_INCREMENTAL, *library]))
    finder = Branches(artifacts, read_settings(folder), folder / "target/ribbon")
    found = finder.of(artifacts.nodes[node["unique_id"]], compiled)
    finder.save()
    return tuple(" ".join(query.split()) for query in found[0]), found[1]


def test_the_later_branch_is_rendered_where_the_first_was_compiled(tmp_path: Path) -> None:
    found = branches(tmp_path, f"select n from {{{{ ref('base') }}}} {SEEN}", f"select n from {BASE} ")

    assert found == (
        (f"select n from {BASE}", f'select n from {BASE} where n > (select max(n) from "db"."main"."facts")'),
        None,
    )


def test_the_first_branch_is_rendered_where_the_later_was_compiled(tmp_path: Path) -> None:
    later = f'select n from {BASE} where n > (select max(n) from "db"."main"."facts")'

    found = branches(tmp_path, f"select n from {{{{ ref('base') }}}} {SEEN}", later)

    assert found == ((f"select n from {BASE}", later), None)


def test_space_and_comments_do_not_matter_but_texts_do() -> None:
    assert same_sql("-- depends on x\nselect  1 /* one */ as a", "select 1\n as a --b")
    assert same_sql("select '--' as a", "select  '--'  as a")
    assert not same_sql("select 'a  b'", "select 'a b'")
    assert not same_sql("select '-- x'", "select '-- y'")
    assert not same_sql('select "a /* b */"', 'select "a"')
    assert not same_sql("select 'it''s  1'", "select 'it''s 1'")


def test_elif_and_else_are_rendered(tmp_path: Path) -> None:
    raw = "{% if false %}select 0{% elif is_incremental() %}select 1 as later{% else %}select 2 as first{% endif %}"

    assert branches(tmp_path, raw, "select 2 as first") == (("select 2 as first", "select 1 as later"), None)


def test_a_macro_that_asks_is_found_through_another_that_calls_it(tmp_path: Path) -> None:
    asks = macro("newer", "{% macro newer() %}{% if is_incremental() %}n > 1{% else %}true{% endif %}{% endmacro %}")
    asks["depends_on"]["macros"] = ["macro.dbt.is_incremental"]
    calls = macro("wanted", "{% macro wanted() %}where {{ newer() }}{% endmacro %}", calls=["macro.shop.newer"])
    raw = "select n from {{ ref('base') }} {{ wanted() }}"

    found = branches(tmp_path, raw, f"select n from {BASE} where true", [asks, calls], macros=["macro.shop.wanted"])

    assert found == ((f"select n from {BASE} where true", f"select n from {BASE} where n > 1"), None)


def test_a_macro_that_asks_but_is_not_called_makes_no_branch(tmp_path: Path) -> None:
    asks = macro("newer", "{% macro newer() %}x{% endmacro %}", calls=["macro.dbt.is_incremental"])

    assert branches(tmp_path, "{{ no_such() }}", "select 1", [asks]) == (("select 1",), None)


def test_a_table_has_one_branch_whatever_it_asks(tmp_path: Path) -> None:
    found = branches(tmp_path, f"select n from {{{{ ref('base') }}}} {SEEN}", "select 1", materialized="table")

    assert found == (("select 1",), None)


def test_branches_that_say_the_same_are_one(tmp_path: Path) -> None:
    raw = "{{ config(x=is_incremental()) }} select 1"

    assert branches(tmp_path, raw, "select 1") == (("select 1",), None)


def test_dispatch_takes_the_adapters_macro_then_the_default(tmp_path: Path) -> None:
    shim = "{% macro quick(n) %}{{ return(adapter.dispatch('quick', 'tools')(n)) }}{% endmacro %}"
    macros = [
        macro("quick", shim, package="tools"),
        macro("default__quick", "{% macro default__quick(n) %}slow{% endmacro %}", package="tools"),
        macro("duckdb__quick", "{% macro duckdb__quick(n) %}quick({{ n }}){% endmacro %}", package="tools"),
    ]
    raw = "select {{ tools.quick(3) }} {% if is_incremental() %}as later{% endif %}"

    assert branches(tmp_path, raw, "select quick(3)", macros)[0] == ("select quick(3)", "select quick(3) as later")


def test_the_project_overrides_a_package_and_a_search_order_overrides_both(tmp_path: Path) -> None:
    shim = "{% macro pick() %}{{ adapter.dispatch('pick', 'tools')() }}{% endmacro %}"
    macros = [
        macro("pick", shim, package="tools"),
        macro("default__pick", "{% macro default__pick() %}of_tools{% endmacro %}", package="tools"),
        macro("default__pick", "{% macro default__pick() %}of_shop{% endmacro %}"),
        macro("default__pick", "{% macro default__pick() %}of_other{% endmacro %}", package="other"),
    ]
    raw = "select {{ tools.pick() }} as {{ 'b' if is_incremental() else 'a' }}"
    order = "name: shop\ndispatch: [{macro_namespace: tools, search_order: [other, tools]}]"

    assert branches(tmp_path, raw, "select of_shop as a", macros)[0][1] == "select of_shop as b"
    assert branches(tmp_path, raw, "select of_other as a", macros, yml=order)[0][1] == "select of_other as b"


def test_a_macro_returns_what_is_no_text_and_ends_there(tmp_path: Path) -> None:
    names = macro("_names", "{% macro _names() %}{{ return(['a', 'b']) }}{{ no_such() }}{% endmacro %}")
    raw = "select {{ _names() | join(', ') }}{% if is_incremental() %}, c{% endif %}"

    assert branches(tmp_path, raw, "select a, b", [names])[0] == ("select a, b", "select a, b, c")


def test_a_macro_that_calls_itself_returns_to_itself(tmp_path: Path) -> None:
    text = (
        "{% macro down(n) %}{% if n == 0 %}{{ return('x') }}{% endif %}"
        "{% set inner = down(n - 1) %}{{ return(inner ~ n) }}{% endmacro %}"
    )
    raw = "select '{{ down(2) }}'{% if is_incremental() %} as later{% endif %}"

    assert branches(tmp_path, raw, "select 'x12'", [macro("down", text)])[0][1] == "select 'x12' as later"


def test_a_call_block_gets_its_body(tmp_path: Path) -> None:
    wrap = macro("wrap", "{% macro wrap() %}({{ caller() }}){% endmacro %}")
    raw = "select {% call wrap() %}1{% endcall %}{% if is_incremental() %} as later{% endif %}"

    assert branches(tmp_path, raw, "select (1)", [wrap])[0][1] == "select (1) as later"


def test_variables_come_from_the_project_and_from_the_templates_defaults(tmp_path: Path) -> None:
    raw = "select {{ var('days') }}, {{ var('weeks', 4) }}, {{ var('own') }}{% if is_incremental() %} as a{% endif %}"
    yml = "name: shop\nvars: {days: 3, own: 1, shop: {own: 2}}"

    assert branches(tmp_path, raw, "select 3, 4, 2", yml=yml)[0][1] == "select 3, 4, 2 as a"


def test_sources_configuration_and_the_names_of_this_are_known(tmp_path: Path) -> None:
    raw = (
        "select '{{ config.get('speed', 'low') }}', '{{ this.identifier }}', '{{ target.type }}', {{ execute }}"
        " from {{ source('raw', 'events') }}{% if is_incremental() %} limit 1{% endif %}"
    )
    compiled = """select 'high', 'facts', 'duckdb', True from "db"."raw"."events\""""

    found = branches(tmp_path, raw, compiled, reads=[source("raw", "events")], config={"speed": "high"})

    assert found == ((compiled, f"{compiled} limit 1"), None)


def test_a_source_of_duckdb_that_is_a_file_is_written_as_the_file(tmp_path: Path) -> None:
    meta = {"external_location": "s3://lake/{name}.parquet"}
    raw = "from {{ source('raw', 'events') }}{% if is_incremental() %} limit 1{% endif %}"

    found = branches(tmp_path, raw, "from 's3://lake/events.parquet'", reads=[source("raw", "events", meta=meta)])

    assert found[0][1] == "from 's3://lake/events.parquet' limit 1"


def test_a_reference_finds_the_version_and_the_package_that_is_meant(tmp_path: Path) -> None:
    first = model("dim", version=1, latest_version=2, alias="dim_v1", unique_id="model.shop.dim.v1", relation_name="d1")
    second = model(
        "dim", version=2, latest_version=2, alias="dim_v2", unique_id="model.shop.dim.v2", relation_name="d2"
    )
    theirs = model("base", package="tools", relation_name="theirs")
    raw = (
        "select {{ ref('dim') }}, {{ ref('dim', v=1) }}, {{ ref('base') }}, {{ ref('tools', 'base') }}"
        "{% if is_incremental() %} as a{% endif %}"
    )

    found = branches(tmp_path, raw, f"select d2, d1, {BASE}, theirs", reads=[first, second, theirs, PARENT])

    assert found[0][1] == f"select d2, d1, {BASE}, theirs as a"


@pytest.mark.parametrize("start", ["with a as (select 1) select", "-- with\nwith a as (select 1) select", "select"])
def test_ephemeral_models_stand_before_the_models_own_ctes(tmp_path: Path, start: str) -> None:
    draft = model("draft", materialized="ephemeral", relation_name=None)
    cte = " __dbt__cte__draft as (\nselect 1 as n\n)"
    raw = start + " n from {{ ref('draft') }}{% if is_incremental() %} limit 1{% endif %}"
    compiled = with_ctes(f"{start} n from __dbt__cte__draft", [cte])

    found = branches(tmp_path, raw, compiled, reads=[draft], extra_ctes=[{"id": draft["unique_id"], "sql": cte}])

    assert found[0][1] == " ".join(f"{compiled} limit 1".split())
    assert found[1] is None


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ adapter.type() }}", "duckdb"),
        ("{{ adapter.quote('a b') }}", '"a b"'),
        ("{{ this.database }}.{{ this.schema }}.{{ this.table }}.{{ this.name }}", "db.main.facts.facts"),
        ("{{ this.render() }}", '"db"."main"."facts"'),
        ("{{ builtins.ref('base') }}", BASE),
        ("{{ context['adapter'].type() }}", "duckdb"),
        ("{{ project_name }}, {{ execute }}, {{ flags.FULL_REFRESH }}", "shop, True, False"),
        ("{{ config.get('speed', 'low') }}, {{ config.get('size', 'big') }}", "high, big"),
        ("{{ config.require('speed') }}", "high"),
        ("{{ config.meta_get('owner') }}, {{ config.meta_get('team', 'nobody') }}", "Ann, nobody"),
        ("{{ var('days') }}, {{ var.has_var('days') }}, {{ var.has_var('weeks') }}", "3, True, False"),
        ("{{ var('file') }}", "duckdb.a"),
        ("1{{ log('x', info=true) }}{{ print('x') }}{% do exceptions.warn('x') %}", "1"),
        ("{{ fromjson('[7]')[0] }}, {{ fromjson('[', 'none') }}", "7, none"),
        ("{{ tojson({'b': 1, 'a': 2}) }}", '{"b": 1, "a": 2}'),
        ("{{ tojson({'b': 1, 'a': 2}, sort_keys=true) }}", '{"a": 2, "b": 1}'),
        ("{{ fromyaml('[7]')[0] }}, {{ fromyaml('[', 'none') }}", "7, none"),
        ("{{ toyaml({'b': 1, 'a': 2}) }}", "b: 1 a: 2"),
        ("{{ toyaml({'b': 1, 'a': 2}, sort_keys=true) }}", "a: 2 b: 1"),
        ("{{ set([1, 1]) | length }}, {{ set(1, 'none') }}, {{ set_strict([1, 1]) | length }}", "1, none, 1"),
        ("{{ zip([1], [2]) | list }}, {{ zip(1, default='none') }}", "[(1, 2)], none"),
        ("{{ zip_strict([1], [2]) | list }}", "[(1, 2)]"),
        ("{{ local_md5('a') }}", "0cc175b9c0f1b6a831c399e269772661"),
        ("{{ modules.datetime.date(2026, 1, 2) }}", "2026-01-02"),
        ("{{ modules.re.sub('a', 'b', 'aa') }}", "bb"),
        ("{{ modules.itertools.chain([1], [2]) | list }}", "[1, 2]"),
    ],
)
def test_a_name_that_dbt_gives_to_templates_has_dbts_value(tmp_path: Path, template: str, text: str) -> None:
    raw = f"select {template}{{% if is_incremental() %}} as later{{% endif %}}"
    yml = "name: shop\nvars: {days: 3, file: '{{ target.type }}.a'}"

    found = branches(tmp_path, raw, f"select {text}", yml=yml, config={"speed": "high", "meta": {"owner": "Ann"}})

    assert found == ((f"select {text}", f"select {text} as later"), None)


@pytest.mark.parametrize("adapter", ["duckdb", "bigquery"])
def test_types_have_the_names_that_dbts_own_classes_give_them(adapter: str) -> None:
    from dbt.adapters.bigquery import BigQueryColumn
    from dbt.adapters.duckdb.column import DuckDBColumn

    ours, theirs = ColumnTypes(adapter), {"duckdb": DuckDBColumn, "bigquery": BigQueryColumn}[adapter]

    for name in ("string", "TEXT", "Float", "integer", "boolean", "geography"):
        assert ours.translate_type(name) == theirs.translate_type(name)
    for precision, scale in ((10, 2), (10, 0), (None, 2), (10, None)):
        assert ours.numeric_type("numeric", precision, scale) == theirs.numeric_type("numeric", precision, scale)
    assert ours.string_type(16) == theirs.string_type(16)


QUERIES = "{% macro newest() %}{% do run_query('select 1') %}{% endmacro %}"
STOPS = "{% macro never() %}{{ exceptions.raise_compiler_error('no such partition') }}{% endmacro %}"


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ run_query('select 1') }}", "run_query queries the database"),
        ("{{ newest() }}", r"run_query queries the database \(in the macro newest\)"),
        ("{{ adapter.get_columns_in_relation(this) }}", "adapter.get_columns_in_relation queries the database"),
        ("{% call statement('x') %}{% endcall %}", "statement queries the database"),
        ("{{ var('days') }}", r"var\('days'\) is not in dbt_project.yml"),
        ("{{ env_var('HOME') }}", r"env_var\('HOME'\)"),
        ("{{ target.name }}", "target.name is in no artifact"),
        ("{{ graph.nodes }}", "'graph' is undefined"),
        ("{{ no_such() }}", "'no_such' is undefined"),
        ("{{ tools.no_such() }}", "'tools' is undefined"),
        ("{{ ref('other') }}", r"ref\('other'\) is not a dependency of the model"),
        ("{{ never() }}", r"no such partition \(in the macro never\)"),
        ("{{ adapter.dispatch('none')() }}", "adapter.dispatch finds no macro none"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ ''.__class__ }}", "unsafe"),
        ("{{ this.__init__.__globals__ }}", "unsafe"),
        ("{{ modules.re.compile.__globals__ }}", "unsafe"),
        ("{% include '/etc/passwd' %}", "no loader"),
    ],
)
def test_a_branch_that_cannot_be_rendered_says_why_and_the_other_stands(
    tmp_path: Path, template: str, reason: str
) -> None:
    raw = "select 1{% if is_incremental() %} " + template + "{% endif %}"

    queries, told = branches(tmp_path, raw, "select 1", [macro("newest", QUERIES), macro("never", STOPS)])

    assert queries == ("select 1",)
    assert re.search(reason, told or ""), told
    assert told is not None
    assert told.startswith("Only one branch of is_incremental() is known: ")


def test_a_template_that_gives_something_else_than_dbt_is_not_believed(tmp_path: Path) -> None:
    queries, told = branches(tmp_path, f"select {{{{ var('n', 1) }}}} from {{{{ ref('base') }}}} {SEEN}", "select 2")

    assert queries == ("select 2",)
    assert "differs from what dbt compiled" in (told or "")


def test_a_template_that_is_no_jinja_is_no_end_of_everything(tmp_path: Path) -> None:
    queries, told = branches(tmp_path, "select {% if is_incremental() %}", "select 1")

    assert queries == ("select 1",)
    assert "does not render" in (told or "")


def test_what_was_rendered_is_kept_while_all_it_was_made_of_stays(tmp_path: Path) -> None:
    raw = "select {{ many() }}, {{ var('n', 1) }}{% if is_incremental() %} as a{% endif %}"
    many = macro("many", "{% macro many() %}7{% endmacro %}")
    kept = tmp_path / "target/ribbon/cache.sqlite"
    expected = (("select 7, 1", "select 7, 1 as a"), None)
    assert branches(tmp_path, raw, "select 7, 1", [many]) == expected
    kept.write_bytes(kept.read_bytes().replace(b"as a", b"as z"))

    assert branches(tmp_path, raw, "select 7, 1", [many]) == (("select 7, 1", "select 7, 1 as z"), None)

    fewer = macro("many", "{% macro many() %}6{% endmacro %}")
    assert branches(tmp_path, raw, "select 6, 1", [fewer]) == (("select 6, 1", "select 6, 1 as a"), None)
    other = "name: shop\nvars: {n: 2}"
    assert branches(tmp_path, raw, "select 6, 2", [fewer], yml=other)[0] == ("select 6, 2", "select 6, 2 as a")


def test_a_damaged_file_of_branches_is_made_anew(tmp_path: Path) -> None:
    kept = tmp_path / "target/ribbon/cache.sqlite"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"\xc1 no msgpack")
    raw = "select 1{% if is_incremental() %} as a{% endif %}"

    assert branches(tmp_path, raw, "select 1")[0] == ("select 1", "select 1 as a")
    assert branches(tmp_path, raw, "select 1")[0] == ("select 1", "select 1 as a")
    assert not kept.read_bytes().startswith(b"\xc1")


CENTS = "{% macro cents(name) %}{{ name }} / {{ var('rate', 100) }}{% endmacro %}"
OF_CENTS = "select {{ cents('n') }} as paid from {{ ref('base') }}"


def outdated(
    folder: Path,
    compiled: str,
    raw: str = OF_CENTS,
    *,
    cents: str = CENTS,
    yml: str = "name: shop",
    nodes: Sequence[Mapping[str, Any]] = (PARENT,),
) -> str | None:
    """Why SQL that an earlier command left is not known to hold, of a model that reads the first of these nodes."""
    write_files(folder, {"dbt_project.yml": yml})
    node = model("facts", None, raw=raw, parents=[nodes[0]["unique_id"]], macros=["macro.shop.cents"])
    macros = [IS_INCREMENTAL, macro("cents", cents)]
    artifacts = read_artifacts(write_manifest(folder / "target", [node, *nodes], macros=macros))
    finder = Branches(artifacts, read_settings(folder), folder / "target/ribbon")
    reason = finder.outdated(artifacts.nodes["model.shop.facts"], compiled)
    finder.save()
    return reason


def test_sql_of_an_earlier_command_holds_while_the_template_gives_it(tmp_path: Path) -> None:
    compiled = f"select n / 100 as paid from {BASE}"

    assert outdated(tmp_path, compiled) is None
    assert outdated(tmp_path, compiled, OF_CENTS + " where true") == OUTDATED
    assert outdated(tmp_path, compiled, cents=CENTS.replace("/", "*")) == OUTDATED
    assert outdated(tmp_path, compiled, yml="{name: shop, vars: {rate: 7}}") == OUTDATED
    assert outdated(tmp_path, compiled, nodes=[model("base", relation_name="moved.base")]) == OUTDATED
    assert outdated(tmp_path, compiled) is None


def test_sql_of_an_earlier_command_holds_for_either_branch(tmp_path: Path) -> None:
    raw = f"select n from {{{{ ref('base') }}}} {SEEN}"

    assert outdated(tmp_path, f"select n from {BASE}", raw) is None
    assert outdated(tmp_path, f'select n from {BASE} where n > (select max(n) from "db"."main"."facts")', raw) is None


def test_sql_of_an_earlier_command_holds_with_the_ephemeral_models_that_are_in_it(tmp_path: Path) -> None:
    def ephemeral(number: int) -> Sequence[dict[str, Any]]:
        inner = model("inner", None, raw=f"select {number} as n", materialized="ephemeral")
        outer = model("outer", None, raw="select n from {{ ref('inner') }}", materialized="ephemeral")
        return outer | {"depends_on": {"nodes": [inner["unique_id"]], "macros": []}}, inner

    raw = "with own as (select 1) select n from {{ ref('outer') }}"
    ctes = "__dbt__cte__inner as ( select 1 as n ), __dbt__cte__outer as ( select n from __dbt__cte__inner )"
    compiled = f"with {ctes}, own as (select 1) select n from __dbt__cte__outer"

    (one, inner), (_, other) = ephemeral(1), ephemeral(2)
    assert outdated(tmp_path, compiled, raw, nodes=[one, inner]) is None
    assert outdated(tmp_path, compiled, raw, nodes=[one, other]) == OUTDATED


def test_sql_of_an_earlier_command_is_not_known_to_hold_where_only_dbt_can_render_it(tmp_path: Path) -> None:
    reason = outdated(tmp_path, "select 1", "select {{ env_var('N') }}")

    assert reason == (
        "Its SQL is of an earlier command, and only dbt can say whether it still holds (env_var('N') is known only to"
        " dbt's run): run `dbt compile`."
    )
