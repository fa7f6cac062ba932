{#- The number of distinct values as a share of the values, 0 to 1, is between min_value and max_value. Nulls are left out;
    the share is 0 without values.
    Arguments: min_value, max_value, strict_min, strict_max (leave the bound itself out), row_condition (SQL).
    Example: {ribbon.expect_column_proportion_of_unique_values_to_be_between: {arguments: {min_value: 0.9}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_proportion_of_unique_values_to_be_between(
  on, column, min_value=none, max_value=none, strict_min=false, strict_max=false, row_condition=none
) -%}
  {{ return(ribbon._aggregate_within_bounds(
    on, [column], ribbon._share('count(distinct ' ~ adapter.quote(column) ~ ')', 'count(' ~ adapter.quote(column) ~ ')'),
    min_value, max_value, strict_min, strict_max, row_condition)) }}
{%- endmacro %}

{% test expect_column_proportion_of_unique_values_to_be_between(model) -%}
  {{ ribbon.expectation_test('expect_column_proportion_of_unique_values_to_be_between', model, kwargs) }}
{%- endtest %}
