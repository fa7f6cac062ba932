{#- The table has between min_value and max_value rows.
    Arguments: min_value, max_value, strict_min, strict_max (leave the bound itself out), row_condition (SQL).
    Example: {ribbon.expect_table_row_count_to_be_between: {arguments: {min_value: 1}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_table_row_count_to_be_between(
  on, min_value=none, max_value=none, strict_min=false, strict_max=false, row_condition=none
) -%}
  {%- set rows = on.prefix ~ 'rows' -%}
  {{ return(ribbon.aggregate_measure(
    {rows: 'count(*)'}, ribbon._within_bounds(rows, min_value, max_value, strict_min, strict_max), rows,
    row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_table_row_count_to_be_between(model) -%}
  {{ ribbon.expectation_test('expect_table_row_count_to_be_between', model, kwargs) }}
{%- endtest %}
