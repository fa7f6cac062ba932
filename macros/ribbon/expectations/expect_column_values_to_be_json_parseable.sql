{#- Every value is JSON. Nulls are left out.
    Example: {ribbon.expect_column_values_to_be_json_parseable: {}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_be_json_parseable(on, column, mostly=1, row_condition=none) -%}
  {{ return(ribbon.rows_measure(
    [column], 'not (' ~ ribbon._is_json(ribbon._as_text(column)) ~ ')', mostly=mostly, row_condition=row_condition,
      costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_be_json_parseable(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_be_json_parseable', model, kwargs) }}
{%- endtest %}
