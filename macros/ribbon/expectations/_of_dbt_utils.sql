{#- Tests of the package dbt_utils as measures: its arguments, its verdict and its count of failures. Arguments are SQL, as the
    package takes them. What its SQL compares with null is no failure. -#}
{% macro default__measure_dbt_utils__accepted_range(on, column_name, min_value=none, max_value=none, inclusive=true) -%}
  {{ return(ribbon.rows_measure(
    [], ribbon._not_true(ribbon._between_sql(column_name, min_value, max_value, not inclusive)), counted='true')) }}
{%- endmacro %}

{% macro default__measure_dbt_utils__expression_is_true(on, expression, column_name='') -%}
  {{ return(ribbon.rows_measure([], ribbon._not_true(column_name ~ ' ' ~ expression), counted='true')) }}
{%- endmacro %}

{% macro default__measure_dbt_utils__not_empty_string(on, column_name, trim_whitespace=true) -%}
  {%- set value = 'trim(' ~ column_name ~ ')' if trim_whitespace else column_name -%}
  {{ return(ribbon.rows_measure([], ribbon._true(value ~ " = ''"), counted='true')) }}
{%- endmacro %}

{% macro default__measure_dbt_utils__unique_combination_of_columns(on, combination_of_columns) -%}
  {{ return(ribbon.duplicates_measure(ribbon._unquoted_all(combination_of_columns), 'true', failures='values')) }}
{%- endmacro %}

{% macro default__measure_dbt_utils__not_constant(on, column_name) -%}
  {%- set value = on.prefix ~ 'value' -%}
  {{ return(ribbon.aggregate_measure({value: 'count(distinct ' ~ column_name ~ ')'}, value ~ ' <> 1', value)) }}
{%- endmacro %}

{% macro default__measure_dbt_utils__at_least_one(on, column_name) -%}
  {%- set value = on.prefix ~ 'value' -%}
  {{ return(ribbon.aggregate_measure({value: 'count(' ~ column_name ~ ')'}, value ~ ' > 0', value)) }}
{%- endmacro %}

{#- SQL of a condition that is never null: false, or true, where the condition is. -#}
{% macro _true(condition) -%}{{ return('coalesce(' ~ condition ~ ', false)') }}{%- endmacro %}
{% macro _not_true(condition) -%}{{ return('not coalesce(' ~ condition ~ ', true)') }}{%- endmacro %}

{% macro _between_sql(value, min_value, max_value, strictly) -%}
  {%- set sides, equal = ['true'], '' if strictly else '=' -%}
  {%- if min_value is not none -%}{%- do sides.append(value ~ ' >' ~ equal ~ ' ' ~ min_value) -%}{%- endif -%}
  {%- if max_value is not none -%}{%- do sides.append(value ~ ' <' ~ equal ~ ' ' ~ max_value) -%}{%- endif -%}
  {{ return('(' ~ sides | join(' and ') ~ ')') }}
{%- endmacro %}

{% macro _unquoted_all(columns) -%}
  {%- set names = [] -%}
  {%- for column in columns -%}{%- do names.append(ribbon._unquoted(column)) -%}{%- endfor -%}
  {{ return(names) }}
{%- endmacro %}
