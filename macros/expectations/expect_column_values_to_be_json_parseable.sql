{#- Every value is JSON. Nulls are left out.
    Example: {expect_column_values_to_be_json_parseable: {}}
    Oracle: Great Expectations on pandas -#}
{% macro measure_expect_column_values_to_be_json_parseable(on, column, mostly=1, row_condition=none) -%}
  {{ return(rows_measure(
    [column], 'not (' ~ _is_json(_as_text(column)) ~ ')', mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_be_json_parseable(model) -%}
  {{ expectation_test('expect_column_values_to_be_json_parseable', model, kwargs) }}
{%- endtest %}
