{#- The median, the mean of the two middle values if their number is even, is between min_value and max_value. Nulls are
    left out; a column without a value fails.
    Arguments: min_value, max_value, strict_min, strict_max (leave the bound itself out), row_condition (SQL).
    Example: {ribbon.expect_column_median_to_be_between: {arguments: {min_value: 2, max_value: 4}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_median_to_be_between(
  on, column, min_value=none, max_value=none, strict_min=false, strict_max=false, row_condition=none
) -%}
  {%- set value = on.prefix ~ 'value' -%}
  {{ return(ribbon.aggregate_measure(
    {value: ribbon._quantile(on, column, 0.5, 'midpoint')}, ribbon._within_bounds(value, min_value, max_value, strict_min,
      strict_max), value,
    row_condition=row_condition, values_of=[column], derived=ribbon._ranks_of(on, column), columns=[column])) }}
{%- endmacro %}

{% test expect_column_median_to_be_between(model) -%}
  {{ ribbon.expectation_test('expect_column_median_to_be_between', model, kwargs) }}
{%- endtest %}
