{#- Takes out of the staged rows what lies outside this batch: the strategy does not insert it, so the gate does not judge it. -#}
{% macro _keep_rows_of_batch(staged) -%}
  {%- set batch = model.get('batch') -%}
  {%- if batch and config.get('incremental_strategy') == 'microbatch' -%}
    {%- do run_query(
      'delete from ' ~ staged ~ ' where not coalesce(' ~ config.get('event_time') ~ " >= '" ~ batch.event_time_start ~ "' and "
      ~ config.get('event_time') ~ " < '" ~ batch.event_time_end ~ "', false)") -%}
  {%- endif -%}
{%- endmacro %}
