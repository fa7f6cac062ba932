{#- Every value of value_set occurs in the column. Nulls are left out; a null in the set never occurs.
    Example: {expect_column_distinct_values_to_contain_set: {arguments: {value_set: [open, closed]}}}
    Oracle: Great Expectations on pandas -#}
{% macro measure_expect_column_distinct_values_to_contain_set(on, column, value_set, row_condition=none) -%}
  {{ return(_distinct_values_measure(on, column, value_set, row_condition, complete=true)) }}
{%- endmacro %}

{% test expect_column_distinct_values_to_contain_set(model) -%}
  {{ expectation_test('expect_column_distinct_values_to_contain_set', model, kwargs) }}
{%- endtest %}
