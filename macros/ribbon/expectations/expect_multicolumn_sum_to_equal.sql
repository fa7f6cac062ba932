{#- The columns of every row add up to sum_total. A row with a null does not; rows of nulls only are left out unless
    ignore_row_if says otherwise.
    Arguments: ignore_row_if (all_values_are_missing, any_value_is_missing or never), mostly, row_condition (SQL).
    Example: {ribbon.expect_multicolumn_sum_to_equal: {arguments: {column_list: [won, drawn, lost], sum_total: 34}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_multicolumn_sum_to_equal(
  on, column_list, sum_total, ignore_row_if='all_values_are_missing', mostly=1, row_condition=none
) -%}
  {%- set sum = [] -%}
  {%- for column in column_list -%}{%- do sum.append(adapter.quote(column)) -%}{%- endfor -%}
  {{ return(ribbon.rows_measure(
    column_list, 'not coalesce(' ~ sum | join(' + ') ~ ' = ' ~ ribbon.sql_literal(sum_total) ~ ', false)',
    counted=ribbon._judged_records(on, column_list, ignore_row_if), mostly=mostly, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_multicolumn_sum_to_equal(model) -%}
  {{ ribbon.expectation_test('expect_multicolumn_sum_to_equal', model, kwargs) }}
{%- endtest %}
