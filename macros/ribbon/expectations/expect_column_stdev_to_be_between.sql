{#- The standard deviation of the sample is between min_value and max_value. Nulls are left out; a column with fewer than two
    values fails, and one with a value that is not finite.
    Arguments: min_value, max_value, strict_min, strict_max (leave the bound itself out), row_condition (SQL).
    Example: {ribbon.expect_column_stdev_to_be_between: {arguments: {max_value: 10}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_stdev_to_be_between(
  on, column, min_value=none, max_value=none, strict_min=false, strict_max=false, row_condition=none
) -%}
  {%- set value, finite = on.prefix ~ 'value', on.prefix ~ 'finite' -%}
  {%- set number = adapter.quote(column) -%}
  {%- set spread = 'case when ' ~ finite ~ ' then ' ~ value ~ ' end' -%}
  {{ return(ribbon.aggregate_measure(
    {
      value: 'stddev_samp(' ~ ribbon._finite(number) ~ ')',
      finite: 'count(' ~ number ~ ') = count(' ~ ribbon._finite(number) ~ ')',
    },
    ribbon._within_bounds('(' ~ spread ~ ')', min_value, max_value, strict_min, strict_max), spread,
    row_condition=row_condition, columns=[column])) }}
{%- endmacro %}

{% test expect_column_stdev_to_be_between(model) -%}
  {{ ribbon.expectation_test('expect_column_stdev_to_be_between', model, kwargs) }}
{%- endtest %}
