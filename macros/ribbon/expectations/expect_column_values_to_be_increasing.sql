{#- No value is smaller than the one before it in the order of order_by. Nulls are left out, and so is the first value.
    Arguments: order_by (SQL, required: a table has no order of its own), strictly (an equal value is unexpected too), mostly,
    row_condition (SQL).
    Example: {ribbon.expect_column_values_to_be_increasing: {arguments: {order_by: read_at}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_be_increasing(on, column, order_by, strictly=false, mostly=1,
  row_condition=none) -%}
  {%- set before = on.prefix ~ 'before' -%}
  {%- set unexpected = adapter.quote(column) ~ (' <= ' if strictly else ' < ') ~ before -%}
  {{ return(ribbon.rows_measure(
    [column], 'coalesce(' ~ unexpected ~ ', false)', mostly=mostly, row_condition=row_condition, windowed=true,
    derived={before: 'lag(' ~ adapter.quote(column) ~ ') over (order by ' ~ order_by ~ ')'})) }}
{%- endmacro %}

{% test expect_column_values_to_be_increasing(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_be_increasing', model, kwargs) }}
{%- endtest %}
