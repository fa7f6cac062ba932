{#- The smallest value is between min_value and max_value. Nulls are left out; a column without a value fails.
    Arguments: min_value, max_value, strict_min, strict_max (leave the bound itself out), row_condition (SQL).
    Example: {ribbon.expect_column_min_to_be_between: {arguments: {min_value: 0}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_min_to_be_between(
  on, column, min_value=none, max_value=none, strict_min=false, strict_max=false, row_condition=none
) -%}
  {{ return(ribbon._aggregate_within_bounds(
    on, [column], 'min(' ~ adapter.quote(column) ~ ')',
    min_value, max_value, strict_min, strict_max, row_condition)) }}
{%- endmacro %}

{% test expect_column_min_to_be_between(model) -%}
  {{ ribbon.expectation_test('expect_column_min_to_be_between', model, kwargs) }}
{%- endtest %}
