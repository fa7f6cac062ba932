{#- column_A equals column_B in every row. A null equals nothing; rows with two nulls are left out unless ignore_row_if says
    otherwise.
    Arguments: ignore_row_if (both_values_are_missing, either_value_is_missing or neither), mostly, row_condition (SQL).
    Example: {ribbon.expect_column_pair_values_to_be_equal: {arguments: {column_A: billed_usd, column_B: paid_usd}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_pair_values_to_be_equal(
  on, column_A, column_B, ignore_row_if='both_values_are_missing', mostly=1, row_condition=none
) -%}
  {%- set equal = adapter.quote(column_A) ~ ' = ' ~ adapter.quote(column_B) -%}
  {{ return(ribbon.rows_measure(
    [column_A, column_B], 'not coalesce(' ~ equal ~ ', false)', counted=ribbon._judged_pairs(on, column_A, column_B,
      ignore_row_if),
    mostly=mostly, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_column_pair_values_to_be_equal(model) -%}
  {{ ribbon.expectation_test('expect_column_pair_values_to_be_equal', model, kwargs) }}
{%- endtest %}
