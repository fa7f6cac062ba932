{#- column_A is greater than column_B in every row, or equal where or_equal is true. Rows with a null in either are left out. -#}
{% macro measure_expect_column_pair_values_a_to_be_greater_than_b(
  on, column_A, column_B, or_equal=false, mostly=1, row_condition=none
) -%}
  {{ return(rows_measure(
    [column_A, column_B], adapter.quote(column_A) ~ (' < ' if or_equal else ' <= ') ~ adapter.quote(column_B), mostly=mostly,
    row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_column_pair_values_a_to_be_greater_than_b(model) -%}
  {{ expectation_test('expect_column_pair_values_a_to_be_greater_than_b', model, kwargs) }}
{%- endtest %}
