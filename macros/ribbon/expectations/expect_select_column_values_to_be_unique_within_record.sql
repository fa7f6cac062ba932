{#- The columns of every row have different values. Two nulls are the same value; rows of nulls only are left out unless
    ignore_row_if says otherwise.
    Arguments: ignore_row_if (all_values_are_missing, any_value_is_missing or never), mostly, row_condition (SQL).
    Example: {ribbon.expect_select_column_values_to_be_unique_within_record: {arguments: {column_list: [home_team, away_team,
      referee]}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_select_column_values_to_be_unique_within_record(
  on, column_list, ignore_row_if='all_values_are_missing', mostly=1, row_condition=none
) -%}
  {%- set same = [] -%}
  {%- for column in column_list -%}
    {%- for other in column_list[loop.index:] -%}
      {%- do same.append(adapter.quote(column) ~ ' is not distinct from ' ~ adapter.quote(other)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(ribbon.rows_measure(
    column_list, '(' ~ (same | join(' or ') or 'false') ~ ')', counted=ribbon._judged_records(on, column_list, ignore_row_if),
    mostly=mostly, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_select_column_values_to_be_unique_within_record(model) -%}
  {{ ribbon.expectation_test('expect_select_column_values_to_be_unique_within_record', model, kwargs) }}
{%- endtest %}
