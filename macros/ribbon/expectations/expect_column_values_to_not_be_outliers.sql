{#- No value is an outlier: with method iqr, none is more than multiplier times the interquartile range beyond a quartile;
    with std, every value is less than multiplier standard deviations (of the sample) from the mean. Nulls are left out.
    Arguments: method (iqr or std), multiplier, mostly, row_condition (SQL).
    Example: {ribbon.expect_column_values_to_not_be_outliers: {arguments: {method: iqr, multiplier: 3}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_not_be_outliers(
  on, column, method='iqr', multiplier=1.5, mostly=1, row_condition=none
) -%}
  {%- if method not in ['iqr', 'std'] -%}
    {%- do ribbon._contract_error(on.test, 'unknown value ' ~ method ~ ' for method', 'use iqr or std') -%}
  {%- endif -%}
  {%- set number = 'cast(' ~ adapter.quote(column) ~ ' as ' ~ ribbon.type_double() ~ ')' -%}
  {%- set low = on.prefix ~ 'low' -%}
  {%- set high = on.prefix ~ 'high' -%}
  {%- if method == 'iqr' -%}
    {%- set derived = {low: ribbon._quartile_over_all(number, 0.25), high: ribbon._quartile_over_all(number, 0.75)} -%}
    {%- set reach = multiplier ~ ' * (' ~ high ~ ' - ' ~ low ~ ')' -%}
    {%- set outside = number ~ ' < ' ~ low ~ ' - ' ~ reach ~ ' or ' ~ number ~ ' > ' ~ high ~ ' + ' ~ reach -%}
  {%- else -%}
    {%- set spread = 'stddev_samp(' ~ ribbon._finite(number) ~ ') over ()' -%}
    {%- set derived = {low: 'avg(' ~ number ~ ') over ()', high: multiplier ~ ' * ' ~ spread} -%}
    {%- set distance = 'abs(' ~ number ~ ' - ' ~ low ~ ')' -%}
    {%- set outside = 'coalesce(case when ' ~ high ~ ' <= 0 then ' ~ distance ~ ' > 0 else ' ~ distance ~ ' >= ' ~ high ~ ' end, '
      ~ low ~ ' - ' ~ low ~ ' <> 0)' -%}
  {%- endif -%}
  {{ return(ribbon.rows_measure(
    [column], 'coalesce(' ~ outside ~ ', false)', mostly=mostly, row_condition=row_condition, windowed=true, derived=derived)) }}
{%- endmacro %}

{#- A quantile of all rows, interpolated, as a window function. -#}
{% macro _quartile_over_all(number, quantile) -%}
  {{ return(adapter.dispatch('_quartile_over_all', 'ribbon')(number, quantile)) }}
{%- endmacro %}

{% macro default___quartile_over_all(number, quantile) -%}
  {{ return('quantile_cont(' ~ number ~ ', ' ~ quantile ~ ') over ()') }}
{%- endmacro %}

{% macro bigquery___quartile_over_all(number, quantile) -%}
  {{ return('percentile_cont(' ~ number ~ ', ' ~ quantile ~ ') over ()') }}
{%- endmacro %}

{% test expect_column_values_to_not_be_outliers(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_not_be_outliers', model, kwargs) }}
{%- endtest %}
