{#- The share of rows whose value is not null, 0 to 1, is between min_value and max_value; it is 0 without rows.
    Arguments: min_value, max_value, strict_min, strict_max (leave the bound itself out), row_condition (SQL).
    Example: {ribbon.expect_column_proportion_of_non_null_values_to_be_between: {arguments: {min_value: 0.9}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_proportion_of_non_null_values_to_be_between(
  on, column, min_value=none, max_value=none, strict_min=false, strict_max=false, row_condition=none
) -%}
  {{ return(ribbon._aggregate_within_bounds(
    on, [column], ribbon._share('count(' ~ adapter.quote(column) ~ ')', 'count(*)'),
    min_value, max_value, strict_min, strict_max, row_condition)) }}
{%- endmacro %}

{% test expect_column_proportion_of_non_null_values_to_be_between(model) -%}
  {{ ribbon.expectation_test('expect_column_proportion_of_non_null_values_to_be_between', model, kwargs) }}
{%- endtest %}
