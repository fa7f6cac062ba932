{#- Every text is a time in this format. Nulls are left out.
    Arguments: strftime_format (as the engine's own parser reads it), mostly, row_condition (SQL).
    Example: {ribbon.expect_column_values_to_match_strftime_format: {arguments: {strftime_format: '%Y-%m-%d'}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_match_strftime_format(on, column, strftime_format, mostly=1,
  row_condition=none) -%}
  {{ return(ribbon.rows_measure(
    [column], 'not (' ~ ribbon._is_time(adapter.quote(column), strftime_format) ~ ')',
    mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_match_strftime_format(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_match_strftime_format', model, kwargs) }}
{%- endtest %}
