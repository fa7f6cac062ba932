{#- Makes every declared source a relation that models can read, before any of them is built. On DuckDB a source is a view
    `lake.<table>` over the Parquet batches of its folder; a source without a batch is an empty view with the declared
    types. Elsewhere the loader fills real tables and there is nothing to do. Only sources with `meta.delivery` count. -#}
{% macro create_lake_views() -%}
  {%- if execute and graph.sources and flags.WHICH in ['run', 'build', 'test', 'seed', 'snapshot', 'run-operation'] -%}
    {{ adapter.dispatch('create_lake_views', 'ribbon')() }}
  {%- endif -%}
{%- endmacro %}

{% macro default__create_lake_views() -%}{%- endmacro %}

{% macro duckdb__create_lake_views() -%}
  {%- set made = {} -%}
  {%- for source in graph.sources.values() if source.config.meta.get('delivery') -%}
    {%- set view = source.schema ~ '.' ~ source.identifier -%}
    {%- if view in made -%}
      {%- do exceptions.raise_compiler_error(
        source.original_file_path ~ ': source ' ~ source.source_name ~ '.' ~ source.name ~ ': its view ' ~ view
        ~ ' is also the view of ' ~ made[view] ~ '. Remedy: give one of them another schema or identifier.') -%}
    {%- endif -%}
    {%- do made.update({view: source.source_name ~ '.' ~ source.name}) -%}
    {%- do run_query('create schema if not exists ' ~ adapter.quote(source.schema)) -%}
    {%- do run_query(ribbon.lake_view_sql(source, env_var('RIBBON_DATA', 'data'))) -%}
  {%- endfor -%}
{%- endmacro %}

{#- The statement that makes the view of one source.
    source: a node of graph.sources. data_dir: the folder that holds lake/.
    The view shows the declared columns in their declared types, _batch_id, _loaded_at (UTC) and _source_file among them; one
    that no batch has is null. Batches that have a column only under a name of its `config: {meta: {formerly: …}}`, or
    `delivered_as`, show the values of that. -#}
{% macro lake_view_sql(source, data_dir) -%}
  {%- set batches = ribbon.sql_literal(data_dir ~ '/lake/' ~ source.source_name ~ '/' ~ source.name ~ '/batch=*/*.parquet') -%}
  {%- set rows = 'read_parquet(' ~ batches ~ ', hive_partitioning = false, union_by_name = true)' -%}
  {%- set landed = run_query('select count(*) from glob(' ~ batches ~ ')').columns[0][0] > 0 -%}
  {%- set found = {} -%}
  {%- for name in (run_query('describe select * from ' ~ rows).columns[0].values() if landed else []) -%}
    {%- do found.update({name | lower: name}) -%}
  {%- endfor -%}
  create or replace view {{ adapter.quote(source.schema) }}.{{ adapter.quote(source.identifier) }} as
  select
    {%- for column in source.columns.values() %}
    {{ ribbon._lake_column_sql(column, found) }}
    {{- ',' if not loop.last }}
    {%- endfor %}
  {% if landed %}from {{ rows }}{% else %}where false{% endif %}
{%- endmacro %}

{#- A declared column of the view. found: the columns that the batches have, by their names in lower case. -#}
{% macro _lake_column_sql(column, found) -%}
  {%- set meta = column.get('config', {}).get('meta', {}) -%}
  {%- set names = [column.name] -%}
  {%- for others in [meta.get('formerly') or [], meta.get('delivered_as') or []] -%}
    {%- do names.extend([others] if others is string else others) -%}
  {%- endfor -%}
  {%- set there = [] -%}
  {#- What files call like a column that landing adds is in the lake under its declared name alone. -#}
  {%- for name in names if name | lower in found and (name == column.name or name | lower not in ribbon._load_columns()) -%}
    {%- do there.append(adapter.quote(found[name | lower])) -%}
  {%- endfor -%}
  {%- set value = 'coalesce(' ~ there | unique | join(', ') ~ ')' if there | unique | list | length > 1 else there | first -%}
  {%- set data_type = column.data_type or 'varchar' -%}
  {{ return('cast(' ~ (value if there else 'null') ~ ' as ' ~ data_type ~ ') as ' ~ adapter.quote(column.name)) }}
{%- endmacro %}

{% macro _load_columns() -%}{{ return(['_batch_id', '_loaded_at', '_source_file']) }}{%- endmacro %}
