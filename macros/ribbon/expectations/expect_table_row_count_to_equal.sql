{#- The table has exactly `value` rows.
    Example: {ribbon.expect_table_row_count_to_equal: {arguments: {value: 52}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_table_row_count_to_equal(on, value, row_condition=none) -%}
  {%- set rows = on.prefix ~ 'rows' -%}
  {{ return(ribbon.aggregate_measure(
    {rows: 'count(*)'}, rows ~ ' = ' ~ ribbon.sql_literal(value), rows, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_table_row_count_to_equal(model) -%}
  {{ ribbon.expectation_test('expect_table_row_count_to_equal', model, kwargs) }}
{%- endtest %}
