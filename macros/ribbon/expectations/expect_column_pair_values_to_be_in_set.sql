{#- The values of column_A and column_B are one of the pairs in every row; a null in a pair stands for a null. Rows with two
    nulls are left out unless ignore_row_if says otherwise; without a set, every pair passes.
    Arguments: value_pairs_set (a list of [a, b]), ignore_row_if (both_values_are_missing, either_value_is_missing or neither),
    mostly, row_condition (SQL).
    Example: {ribbon.expect_column_pair_values_to_be_in_set: {arguments: {column_A: land, column_B: money, value_pairs_set: [[A,
      B]]}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_pair_values_to_be_in_set(
  on, column_A, column_B, value_pairs_set, ignore_row_if='both_values_are_missing', mostly=1, row_condition=none
) -%}
  {%- set pairs = [] -%}
  {%- for pair in value_pairs_set or [] -%}
    {%- do pairs.append('(' ~ ribbon._is_value(column_A, pair[0]) ~ ' and ' ~ ribbon._is_value(column_B, pair[1]) ~ ')') -%}
  {%- endfor -%}
  {%- set unexpected = 'false' if value_pairs_set is none else 'not (' ~ (pairs | join(' or ') or 'false') ~ ')' -%}
  {{ return(ribbon.rows_measure(
    [column_A, column_B], unexpected, counted=ribbon._judged_pairs(on, column_A, column_B, ignore_row_if), mostly=mostly,
    row_condition=row_condition)) }}
{%- endmacro %}

{#- SQL that is true where a column has this value, false where it has another or none. -#}
{% macro _is_value(column, value) -%}
  {%- if value is none -%}{{ return(adapter.quote(column) ~ ' is null') }}{%- endif -%}
  {{ return('coalesce(' ~ adapter.quote(column) ~ ' = ' ~ ribbon.sql_literal(value) ~ ', false)') }}
{%- endmacro %}

{% test expect_column_pair_values_to_be_in_set(model) -%}
  {{ ribbon.expectation_test('expect_column_pair_values_to_be_in_set', model, kwargs) }}
{%- endtest %}
