{#- Every value is one of value_set. Nulls are left out, in the set as well; without a set, every value passes.
    Example: {ribbon.expect_column_values_to_be_in_set: {arguments: {value_set: [open, closed]}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_be_in_set(on, column, value_set, mostly=1, row_condition=none) -%}
  {{ return(ribbon.rows_measure(
    [column], 'false' if value_set is none else 'not (' ~ ribbon._in_set(column, value_set) ~ ')',
    mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_be_in_set(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_be_in_set', model, kwargs) }}
{%- endtest %}
