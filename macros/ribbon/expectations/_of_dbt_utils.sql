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

{#- Which tests of dbt_utils and dbt_expectations are measured: those that have a measure here and run the package's own SQL, with
    arguments that the measure knows and failures counted in rows. dbt runs the others. -#}
{% macro _is_measured_of_package(test) -%}
  {%- set package, name = test.test_metadata.namespace, test.test_metadata.name -%}
  {%- set measure = 'default__measure_' ~ package ~ '__' ~ name -%}
  {%- if package not in ['dbt_utils', 'dbt_expectations'] or measure not in ribbon -%}{{ return(false) }}{%- endif -%}
  {#- dbt lists macros of this name, whichever package they are of, besides the one that answers. -#}
  {%- for macro in test.depends_on.macros if macro.endswith('test_' ~ name) -%}
    {%- if macro.split('.')[1] not in [package, 'ribbon'] -%}{{ return(false) }}{%- endif -%}
  {%- endfor -%}
  {%- set known = ribbon[measure].get_macro().arguments -%}
  {%- for argument in test.test_metadata.kwargs if argument != 'model' and argument not in known -%}
    {{ return(false) }}
  {%- endfor -%}
  {%- for column in test.test_metadata.kwargs.get('combination_of_columns') or test.test_metadata.kwargs.get('column_list') or []
    if not ribbon._is_column_name(column) -%}
    {{ return(false) }}
  {%- endfor -%}
  {#- These ask for the columns of what they are given, and a `where` makes that a sub-query: they end in an error. -#}
  {%- if test.config.where and (test.test_metadata.kwargs.column_type or test.test_metadata.kwargs.column_type_list) -%}
    {{ return(false) }}
  {%- endif -%}
  {{ return((test.config.fail_calc or 'count(*)') | trim == 'count(*)') }}
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
