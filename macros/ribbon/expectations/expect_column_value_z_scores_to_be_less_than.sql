{#- Every value is less than `threshold` standard deviations (of the sample) above the mean; with double_sided, on either
    side of it. Nulls are left out; if all values are the same, or there is only one, every value passes, and none does if the
    mean is no finite number.
    Arguments: threshold, double_sided, mostly, row_condition (SQL).
    Example: {ribbon.expect_column_value_z_scores_to_be_less_than: {arguments: {threshold: 5, double_sided: true}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_value_z_scores_to_be_less_than(
  on, column, threshold, double_sided, mostly=1, row_condition=none
) -%}
  {%- set mean = on.prefix ~ 'mean' -%}
  {%- set spread = on.prefix ~ 'spread' -%}
  {%- set number = 'cast(' ~ adapter.quote(column) ~ ' as ' ~ ribbon.type_double() ~ ')' -%}
  {%- set score = '(' ~ number ~ ' - ' ~ mean ~ ') / nullif(' ~ spread ~ ', 0)' -%}
  {%- set outside = 'abs(' ~ score ~ ') >= ' ~ threshold | abs if double_sided else score ~ ' >= ' ~ threshold -%}
  {%- set endless = mean ~ ' - ' ~ mean ~ ' <> 0' -%}
  {{ return(ribbon.rows_measure(
    [column], 'coalesce(' ~ outside ~ ', ' ~ endless ~ ', false)', mostly=mostly, row_condition=row_condition, windowed=true,
    derived={mean: 'avg(' ~ number ~ ') over ()', spread: 'stddev_samp(' ~ ribbon._finite(number) ~ ') over ()'})) }}
{%- endmacro %}

{% test expect_column_value_z_scores_to_be_less_than(model) -%}
  {{ ribbon.expectation_test('expect_column_value_z_scores_to_be_less_than', model, kwargs) }}
{%- endtest %}
