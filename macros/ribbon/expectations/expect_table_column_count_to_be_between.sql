{#- The table has between min_value and max_value columns.
    Example: {ribbon.expect_table_column_count_to_be_between: {arguments: {min_value: 3, max_value: 10}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_table_column_count_to_be_between(on, min_value=none, max_value=none) -%}
  {%- set count = ribbon._columns_measured(on) | length -%}
  {%- set met = (min_value is none or count >= min_value) and (max_value is none or count <= max_value) -%}
  {{ return(ribbon.constant_measure(met, count | string)) }}
{%- endmacro %}

{% test expect_table_column_count_to_be_between(model) -%}
  {{ ribbon.expectation_test('expect_table_column_count_to_be_between', model, kwargs) }}
{%- endtest %}
