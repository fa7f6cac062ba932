"""A dbt project of every kind of node that lineage has to understand, with a package, written by a test."""

__all__ = ["FILES", "INCREMENTAL", "UNKNOWN_BRANCH"]

PROJECT = """
name: shop
config-version: 2
profile: shop
flags: {send_anonymous_usage_stats: false}
vars: {days: 3, tools: {lookback: 2}}
dispatch: [{macro_namespace: other, search_order: [shop, other]}]
on-run-start: "create schema if not exists raw; create or replace table raw.events as
  select 1 as id, 'a' as name, 10 as n, timestamp '2026-01-01' as moment
  union all select 2, 'b', 20, timestamp '2026-01-02'"
seeds: {shop: {kinds: {+column_types: {code: varchar}}}}
"""

PROFILE = """
shop:
  target: prod
  outputs:
    prod: {type: duckdb, path: "{{ env_var('RIBBON_DATA') }}/build.duckdb", schema: main, threads: 1}
"""

SOURCES = """
sources:
  - name: raw
    schema: raw
    tables: [{name: events, columns: [{name: id, data_type: integer}]}]
  - name: files
    meta: {external_location: "{{ env_var('RIBBON_DATA') }}/{name}.csv"}
    tables: [{name: visits}]
snapshots:
  - name: history_of_all
    relation: ref('in_body')
    config: {strategy: check, unique_key: id, check_cols: all}
"""

SEEN = "{% if is_incremental() %}where n > (select max(n) from {{ this }}){% endif %}"

# Incremental models of which dbt gives one branch or the other, by what is peculiar about them.
INCREMENTAL = {
    "in_body": f"select id, n, moment from {{{{ source('raw', 'events') }}}} {SEEN}",
    "elif_else": (
        "select id, {% if var('days') == 4 %}4{% elif not is_incremental() %}'first'{% else %}'later'{% endif %} as run"
        " from {{ source('raw', 'events') }} -- is it?\n"
    ),
    "in_a_macro": "select id, n from {{ source('raw', 'events') }} {{ newer_than('n') }}",
    "in_a_package": "select id, n from {{ source('raw', 'events') }} where {{ tools.newer('n') }}",
    "dispatched": "select id, {{ tools.kind('n') }} as kind from {{ source('raw', 'events') }}",
    "with_dbts_own_macros": (
        "select {{ tools.key(['id', 'n']) }} as key, {{ dbt.dateadd('day', var('days'), 'moment') }} as later, n"
        " from {{ source('raw', 'events') }} " + SEEN
    ),
    "after_an_ephemeral": f"with seen as (select * from {{{{ ref('draft') }}}}) select id, n from seen {SEEN}",
    "of_an_ephemeral": f"select id, n from {{{{ ref('drafted') }}}} {SEEN}",
    "from_a_file": "select * from {{ source('files', 'visits') }} " + SEEN,
    "with_loops": (
        "{% set ns = namespace(last='') %}select id{% for name in ['n', 'moment'] %}"
        "{% if loop.last and is_incremental() %}{% continue %}{% endif %}"
        "{% set ns.last = name %}, {{ name }} as {{ name }}_{{ loop.index }}{% endfor %},"
        " '{{ ns.last }}' as last from {{ source('raw', 'events') }}"
    ),
}

# Incremental models whose later branch nobody can know without a database, and the reason.
UNKNOWN_BRANCH = {
    "asks_the_database": "run_query queries the database",
    "asks_the_environment": "env_var('HOME')",
}

FILES = {
    "dbt_project.yml": PROJECT,
    "profiles.yml": PROFILE,
    "models/sources.yml": SOURCES,
    "models/draft.sql": "{{ config(materialized='ephemeral') }} select id, n from {{ source('raw', 'events') }} -- end",
    "models/drafted.sql": "{{ config(materialized='ephemeral') }} select * from {{ ref('draft') }}",
    "models/in_python.py": "def model(dbt, session):\n    return dbt.ref('in_body')\n",
    "models/off.sql": "{{ config(enabled=false) }} select 1 as one",
    "models/marts/finance/summary.sql": "select kind, count(*) as n from {{ ref('dispatched') }} group by kind",
    "models/dim_v1.sql": "select code from {{ ref('kinds') }}",
    "models/dim_v2.sql": "select code, title from {{ ref('kinds') }}",
    "models/dim.yml": "models: [{name: dim, latest_version: 2, versions: [{v: 1}, {v: 2}]}]",
    "models/asks_the_database.sql": (
        "{{ config(materialized='incremental') }} select 1 as one"
        "{% if is_incremental() %} where 1 < {{ run_query('select 2').columns[0].values()[0] }}{% endif %}"
    ),
    "models/asks_the_environment.sql": (
        "{{ config(materialized='incremental') }} select 1 as one"
        "{% if is_incremental() %} where '{{ env_var('HOME') }}' = ''{% endif %}"
    ),
    **{
        f"models/{name}.sql": f"{{{{ config(materialized='incremental') }}}}\n{template}"
        for name, template in INCREMENTAL.items()
    },
    "seeds/kinds.csv": "code,title\n01,low\n02,high\n",
    "macros/newer_than.sql": (
        "{% macro newer_than(column) %}{% if is_incremental() %}where {{ column }} > (select max({{ column }})"
        " from {{ this }}){% endif %}{% endmacro %}\n"
        "{% macro default__kind(column) %}{% if is_incremental() %}'later'{% else %}'first'{% endif %}{% endmacro %}"
    ),
    "snapshots/history.sql": """
{% snapshot history_by_time %}
{{ config(unique_key=['id', 'name'], strategy='timestamp', updated_at='moment', hard_deletes='new_record') }}
select * from {{ source('raw', 'events') }}
{% endsnapshot %}
{% snapshot history_by_values %}
{{ config(unique_key='id', strategy='check', check_cols=['name', 'n'], dbt_valid_to_current="timestamp '9999-12-31'",
    snapshot_meta_column_names={'dbt_valid_to': 'until', 'dbt_scd_id': 'version_id'}) }}
select id, name, n from {{ source('raw', 'events') }} -- end
{% endsnapshot %}
""",
    "dbt_packages/tools/dbt_project.yml": "name: tools\nconfig-version: 2\nvars: {lookback: 1, unit: hour}\n",
    "dbt_packages/tools/macros/tools.sql": """
{% macro newer(column) %}{{ return(adapter.dispatch('newer', 'tools')(column)) }}{% endmacro %}
{% macro default__newer(column) %}true{% endmacro %}
{% macro duckdb__newer(column) %}
  {%- if is_incremental() -%} {{ column }} > (select max({{ column }}) from {{ this }}) {%- else -%} true {%- endif -%}
{% endmacro %}
{% macro kind(column) %}{{ adapter.dispatch('kind', 'tools')(column) }}{% endmacro %}
{% macro duckdb__own(column) %}never{% endmacro %}
{% macro key(columns) %}
  {%- set parts = [] -%}
  {%- for column in columns -%}
    {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '')") -%}
  {%- endfor -%}
  {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}
""",
    "dbt_packages/tools/models/in_the_package.sql": (
        "{{ config(materialized='incremental') }}\n"
        "select {{ var('lookback') }} as lookback, '{{ var('unit') }}' as unit"
        "{% if is_incremental() %} limit 1{% endif %}"
    ),
}
