{#- The table has exactly `value` columns.
    Example: {ribbon.expect_table_column_count_to_equal: {arguments: {value: 7}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_table_column_count_to_equal(on, value) -%}
  {%- set count = ribbon._columns_measured(on) | length -%}
  {{ return(ribbon.constant_measure(count == value, count | string)) }}
{%- endmacro %}

{% test expect_table_column_count_to_equal(model) -%}
  {{ ribbon.expectation_test('expect_table_column_count_to_equal', model, kwargs) }}
{%- endtest %}
