{#- Every text is JSON that the schema allows. Nulls are left out. SQL cannot check this. It is checked when a batch lands;
    anywhere but on a source it is an error.
    Example: {ribbon.expect_column_values_to_match_json_schema: {arguments: {json_schema: {type: object, required: [id]}}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_match_json_schema(on, column, json_schema, mostly=1, row_condition=none) -%}
  {{ return(ribbon._measured_at_the_door(on)) }}
{%- endmacro %}

{% test expect_column_values_to_match_json_schema(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_match_json_schema', model, kwargs) }}
{%- endtest %}
