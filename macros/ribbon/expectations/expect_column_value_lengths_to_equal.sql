{#- The text of every value has exactly `value` characters. Nulls are left out.
    Example: {ribbon.expect_column_value_lengths_to_equal: {arguments: {value: 5}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_value_lengths_to_equal(on, column, value, mostly=1, row_condition=none) -%}
  {{ return(ribbon.rows_measure(
    [column], 'length(' ~ ribbon._as_text(column) ~ ') != ' ~ ribbon.sql_literal(value),
    mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_value_lengths_to_equal(model) -%}
  {{ ribbon.expectation_test('expect_column_value_lengths_to_equal', model, kwargs) }}
{%- endtest %}
