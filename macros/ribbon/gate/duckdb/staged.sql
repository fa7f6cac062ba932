{#- Takes out of the staged rows what lies outside this batch: the strategy does not insert it, so the gate does not judge it. -#}
{% macro _keep_rows_of_batch(staged) -%}
  {%- if model.get('batch') and config.get('incremental_strategy') == 'microbatch' -%}
    {%- do run_query('delete from ' ~ staged ~ ' where not coalesce(' ~ ribbon._in_batch() ~ ', false)') -%}
  {%- endif -%}
{%- endmacro %}
