{#- Takes out of the staged rows what lies outside this batch: the strategy does not insert it, so the gate does not judge it. -#}
{% macro _keep_rows_of_batch(staged) -%}
  {%- set batch = model.get('batch') -%}
  {%- if batch and config.get('incremental_strategy') == 'microbatch' -%}
    {%- do run_query(
      'delete from ' ~ staged ~ ' where not coalesce(' ~ config.get('event_time') ~ " >= '" ~ batch.event_time_start ~ "' and "
      ~ config.get('event_time') ~ " < '" ~ batch.event_time_end ~ "', false)") -%}
  {%- endif -%}
{%- endmacro %}

{#- What a Python model wrote for staging is a table that stays: dbt-duckdb takes it for a temporary one. Moves it into one that
    is. -#}
{% macro _staged_by_python(written, target_relation) -%}
  {%- set staged = make_temp_relation(target_relation, '__ribbon_staged') -%}
  {%- do run_query('create temporary table ' ~ staged ~ ' as select * from ' ~ written) -%}
  {%- do run_query('drop table ' ~ written) -%}
  {{ return(staged) }}
{%- endmacro %}
