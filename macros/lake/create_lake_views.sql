{#- Makes every declared source a relation that models can read, before any of them is built. On DuckDB a source is a view
    `lake.<table>` over the Parquet batches of its folder; a source without a batch is an empty view with the declared
    types. Elsewhere the loader fills real tables and there is nothing to do. Only sources with `meta.delivery` count. -#}
{% macro create_lake_views() -%}
  {%- if execute and flags.WHICH in ['run', 'build', 'test', 'seed', 'snapshot', 'run-operation'] -%}
    {{ adapter.dispatch('create_lake_views')() }}
  {%- endif -%}
{%- endmacro %}

{% macro default__create_lake_views() -%}{%- endmacro %}

{% macro duckdb__create_lake_views() -%}
  {%- for source in graph.sources.values() if source.config.meta.get('delivery') -%}
    {%- do run_query('create schema if not exists ' ~ adapter.quote(source.schema)) -%}
    {%- do run_query(lake_view_sql(source, env_var('RIBBON_DATA', 'data'))) -%}
  {%- endfor -%}
{%- endmacro %}

{#- The statement that makes the view of one source.
    source: a node of graph.sources. data_dir: the folder that holds lake/.
    The view shows the declared columns plus _batch_id, _loaded_at (UTC) and _source_file. -#}
{% macro lake_view_sql(source, data_dir) -%}
  {%- set folder = data_dir ~ '/lake/' ~ source.source_name ~ '/' ~ source.name -%}
  {%- set batches = folder ~ '/batch=*/*.parquet' -%}
  {%- set landed = run_query('select count(*) from glob(' ~ sql_literal(batches) ~ ')').columns[0][0] > 0 -%}
  create or replace view {{ adapter.quote(source.schema) }}.{{ adapter.quote(source.identifier) }} as
  select
    {%- for column in source.columns.values() %}
    {{ adapter.quote(column.name) if landed else 'cast(null as ' ~ column.data_type ~ ') as ' ~ adapter.quote(column.name) }}
    {{- ',' if not loop.last }}
    {%- endfor %}
  {% if landed -%}
  from read_parquet({{ sql_literal(batches) }}, hive_partitioning = false, union_by_name = true)
  {%- else -%}
  where false
  {%- endif %}
{%- endmacro %}
