{#- Each quantile is in its range; a null bound is no bound. Nulls are left out; a column without a value fails.
    Arguments: quantile_ranges (quantiles, 0 to 1, and value_ranges, a list of [min, max]), allow_relative_error (false or
    nearest takes the value next to the quantile; lower, higher, midpoint, linear), row_condition (SQL).
    Example: {ribbon.expect_column_quantile_values_to_be_between: {arguments: {quantile_ranges: {quantiles: [1],
      value_ranges: [[0,9]]}}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_quantile_values_to_be_between(
  on, column, quantile_ranges, allow_relative_error=false, row_condition=none
) -%}
  {%- if quantile_ranges.quantiles | length != quantile_ranges.value_ranges | length -%}
    {%- do ribbon._contract_error(on.test, 'quantiles and value_ranges differ in length', 'give one range for each quantile') -%}
  {%- endif -%}
  {%- set interpolation = allow_relative_error if allow_relative_error is string else 'nearest' -%}
  {%- set aggregates = {} -%}
  {%- set met = [] -%}
  {%- for quantile in quantile_ranges.quantiles -%}
    {%- set value = on.prefix ~ 'quantile_' ~ loop.index0 -%}
    {%- set range = quantile_ranges.value_ranges[loop.index0] -%}
    {%- do aggregates.update({value: ribbon._quantile(on, column, quantile, interpolation)}) -%}
    {%- do met.append(ribbon._within_bounds(value, range[0], range[1])) -%}
  {%- endfor -%}
  {{ return(ribbon.aggregate_measure(
    aggregates, met | join(' and ') or 'true', ribbon._listed(aggregates), row_condition=row_condition, values_of=[column],
    derived=ribbon._ranks_of(on, column), columns=[column])) }}
{%- endmacro %}

{#- The values of several SQL expressions as one text, with commas. -#}
{% macro _listed(expressions) -%}
  {%- set said = [] -%}
  {%- for expression in expressions -%}
    {%- do said.append(expression) -%}
    {%- if not loop.last -%}{%- do said.append(ribbon.sql_literal(', ')) -%}{%- endif -%}
  {%- endfor -%}
  {{ return(ribbon.concat_sql(said)) }}
{%- endmacro %}

{% test expect_column_quantile_values_to_be_between(model) -%}
  {{ ribbon.expectation_test('expect_column_quantile_values_to_be_between', model, kwargs) }}
{%- endtest %}
