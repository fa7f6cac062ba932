{#- Every distinct value is in value_set. Nulls are left out.
    Example: {ribbon.expect_column_distinct_values_to_be_in_set: {arguments: {value_set: [open, closed]}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_distinct_values_to_be_in_set(on, column, value_set, row_condition=none) -%}
  {{ return(ribbon._distinct_values_measure(on, column, value_set, row_condition, contained=true)) }}
{%- endmacro %}

{% test expect_column_distinct_values_to_be_in_set(model) -%}
  {{ ribbon.expectation_test('expect_column_distinct_values_to_be_in_set', model, kwargs) }}
{%- endtest %}
