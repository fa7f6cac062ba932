{#- The text of every value has exactly `value` characters. Nulls are left out.
    Example: {expect_column_value_lengths_to_equal: {arguments: {value: 5}}}
    Oracle: Great Expectations on pandas -#}
{% macro measure_expect_column_value_lengths_to_equal(on, column, value, mostly=1, row_condition=none) -%}
  {{ return(rows_measure(
    [column], 'length(' ~ _as_text(column) ~ ') != ' ~ sql_literal(value),
    mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_value_lengths_to_equal(model) -%}
  {{ expectation_test('expect_column_value_lengths_to_equal', model, kwargs) }}
{%- endtest %}
