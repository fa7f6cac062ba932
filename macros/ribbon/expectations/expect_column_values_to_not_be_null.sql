{#- No value is null; with `mostly`, at most the rest of them.
    Example: {ribbon.expect_column_values_to_not_be_null: {arguments: {mostly: 0.95}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_not_be_null(on, column, mostly=1, row_condition=none) -%}
  {{ return(ribbon.rows_measure(
    [column], adapter.quote(column) ~ ' is null', counted='true', mostly=mostly, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_column_values_to_not_be_null(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_not_be_null', model, kwargs) }}
{%- endtest %}
