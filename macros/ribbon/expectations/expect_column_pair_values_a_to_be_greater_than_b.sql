{#- column_A is greater than column_B in every row, or equal if or_equal is true. A null on one side is unexpected; rows
    with two nulls are left out unless ignore_row_if says otherwise.
    Arguments: or_equal, ignore_row_if (both_values_are_missing, either_value_is_missing or neither), mostly, row_condition
    (SQL).
    Example: {ribbon.expect_column_pair_values_a_to_be_greater_than_b: {arguments: {column_A: ended_on, column_B: began_on}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_pair_values_a_to_be_greater_than_b(
  on, column_A, column_B, or_equal=false, ignore_row_if='both_values_are_missing', mostly=1, row_condition=none
) -%}
  {%- set greater = adapter.quote(column_A) ~ (' >= ' if or_equal else ' > ') ~ adapter.quote(column_B) -%}
  {{ return(ribbon.rows_measure(
    [column_A, column_B], 'not coalesce(' ~ greater ~ ', false)', counted=ribbon._judged_pairs(on, column_A, column_B,
      ignore_row_if),
    mostly=mostly, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_column_pair_values_a_to_be_greater_than_b(model) -%}
  {{ ribbon.expectation_test('expect_column_pair_values_a_to_be_greater_than_b', model, kwargs) }}
{%- endtest %}
