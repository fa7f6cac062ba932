{#- The table has exactly `value` columns.
    Example: {expect_table_column_count_to_equal: {arguments: {value: 7}}}
    Oracle: Great Expectations on pandas -#}
{% macro measure_expect_table_column_count_to_equal(on, value) -%}
  {%- set count = _columns_measured(on) | length -%}
  {{ return(constant_measure(count == value, count | string)) }}
{%- endmacro %}

{% test expect_table_column_count_to_equal(model) -%}
  {{ expectation_test('expect_table_column_count_to_equal', model, kwargs) }}
{%- endtest %}
