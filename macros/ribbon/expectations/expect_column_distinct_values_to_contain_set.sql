{#- Every value of value_set occurs in the column. Nulls are left out; a null in the set never occurs.
    Example: {ribbon.expect_column_distinct_values_to_contain_set: {arguments: {value_set: [open, closed]}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_distinct_values_to_contain_set(on, column, value_set, row_condition=none) -%}
  {{ return(ribbon._distinct_values_measure(on, column, value_set, row_condition, complete=true)) }}
{%- endmacro %}

{% test expect_column_distinct_values_to_contain_set(model) -%}
  {{ ribbon.expectation_test('expect_column_distinct_values_to_contain_set', model, kwargs) }}
{%- endtest %}
