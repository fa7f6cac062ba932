{#- dbt's own four tests as measures. What they count as failures is dbt's: `unique` and `accepted_values` count values. -#}
{% macro default__measure_not_null(on, column) -%}
  {{ return(ribbon.rows_measure([column], adapter.quote(column) ~ ' is null', counted='true')) }}
{%- endmacro %}

{% macro default__measure_unique(on, column, keep=none, order_by=none) -%}
  {{ return(ribbon.duplicates_measure(
    [column], adapter.quote(column) ~ ' is not null', keep=keep, order_by=order_by, failures='values')) }}
{%- endmacro %}

{% macro default__measure_accepted_values(on, column, values, quote=true) -%}
  {%- set literals = [] -%}
  {%- for value in values -%}
    {%- do literals.append(ribbon.sql_literal(value | string) if quote else value) -%}
  {%- endfor -%}
  {{ return(ribbon.rows_measure(
    [column], adapter.quote(column) ~ ' not in (' ~ literals | join(', ') ~ ')', costly=true, failures='values')) }}
{%- endmacro %}

{% macro default__measure_relationships(on, column, to, field) -%}
  {%- set orphan = on.prefix ~ 'orphan' -%}
  {%- set key = adapter.quote(ribbon._unquoted(field)) -%}
  {%- set parents = 'select ' ~ key ~ ' from ' ~ to ~ ' where ' ~ key ~ ' is not null' -%}
  {{ return(ribbon.rows_measure(
    [column], orphan, derived={orphan: adapter.quote(column) ~ ' not in (' ~ parents ~ ')'}, costly=true)) }}
{%- endmacro %}
