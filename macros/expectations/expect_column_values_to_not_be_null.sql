{#- No value is null; with `mostly`, at most that share of them. -#}
{% macro measure_expect_column_values_to_not_be_null(on, column, mostly=1, row_condition=none) -%}
  {{ return(rows_measure(
    [column], adapter.quote(column) ~ ' is null', counted='true', mostly=mostly, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_column_values_to_not_be_null(model) -%}
  {{ expectation_test('expect_column_values_to_not_be_null', model, kwargs) }}
{%- endtest %}
