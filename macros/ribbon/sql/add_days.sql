{#- The date that lies a number of days after another; before it where `days` is negative. days: SQL of an integer type. dbt's
    dateadd() goes through intervals and timestamps, which on DuckDB takes many times as long over millions of rows. -#}
{% macro add_days(date, days) -%}
  {{ return(adapter.dispatch('add_days', 'ribbon')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}({{ date }} + cast({{ days }} as integer)){%- endmacro %}

{% macro bigquery__add_days(date, days) -%}date_add({{ date }}, interval ({{ days }}) day){%- endmacro %}
