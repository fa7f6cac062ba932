{#- The rows of the file are loaded where no reader sees them, and measured before they take the place of the old ones. -#}
{% macro materialize_seed() -%}
  {%- set run = ribbon.begin_materialization('seed') -%}
  {%- set rows = load_agate_table() -%}
  {%- do store_result('agate_table', response='OK', agate_table=rows) -%}
  {%- if run.old is not none and run.old.is_view -%}
    {%- do exceptions.raise_compiler_error("Cannot seed to '" ~ run.old.render() ~ "', it is a view") -%}
  {%- endif -%}
  {%- set row_count = rows.rows | length -%}
  {%- set sql = adapter.dispatch('_load_seed', 'ribbon')(run, rows) -%}
  {%- set code = 'CREATE' if should_full_refresh() else 'INSERT' -%}
  {%- call noop_statement('main', code ~ ' ' ~ row_count, code, row_count) -%}{{ sql }}{%- endcall -%}
  {%- do ribbon.measure_candidate(run) -%}
  {%- do ribbon.swap(run) -%}
  {{ return(ribbon.end_materialization(run)) }}
{%- endmacro %}
