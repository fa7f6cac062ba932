{#- The columns of every row have the same value. A null equals a null and nothing else; rows of nulls only are left out unless
    ignore_row_if says otherwise.
    Arguments: ignore_row_if (all_values_are_missing, any_value_is_missing or never), mostly, row_condition (SQL).
    Example: {ribbon.expect_multicolumn_values_to_be_equal: {arguments: {column_list: [ordered, shipped, billed]}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_multicolumn_values_to_be_equal(
  on, column_list, ignore_row_if='all_values_are_missing', mostly=1, row_condition=none
) -%}
  {%- set apart = [] -%}
  {%- for column in column_list[1:] -%}
    {%- do apart.append(adapter.quote(column_list[0]) ~ ' is distinct from ' ~ adapter.quote(column)) -%}
  {%- endfor -%}
  {{ return(ribbon.rows_measure(
    column_list, '(' ~ (apart | join(' or ') or 'false') ~ ')', counted=ribbon._judged_records(on, column_list, ignore_row_if),
    mostly=mostly, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_multicolumn_values_to_be_equal(model) -%}
  {{ ribbon.expectation_test('expect_multicolumn_values_to_be_equal', model, kwargs) }}
{%- endtest %}
