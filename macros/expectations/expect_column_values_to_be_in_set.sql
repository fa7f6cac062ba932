{#- Every value is one of value_set. Nulls are left out. -#}
{% macro measure_expect_column_values_to_be_in_set(on, column, value_set, mostly=1, row_condition=none) -%}
  {{ return(rows_measure(
    [column], adapter.quote(column) ~ ' not in (' ~ sql_literals(value_set) ~ ')', mostly=mostly, row_condition=row_condition,
    costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_be_in_set(model) -%}
  {{ expectation_test('expect_column_values_to_be_in_set', model, kwargs) }}
{%- endtest %}
