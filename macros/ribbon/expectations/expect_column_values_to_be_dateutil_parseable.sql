{#- Every text is a date that Python's dateutil understands. Nulls are left out. SQL cannot check this. It is checked when
    a batch lands; anywhere but on a source it is an error.
    Example: {ribbon.expect_column_values_to_be_dateutil_parseable: {}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_be_dateutil_parseable(on, column, mostly=1, row_condition=none) -%}
  {{ return(ribbon._measured_at_the_door(on)) }}
{%- endmacro %}

{% test expect_column_values_to_be_dateutil_parseable(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_be_dateutil_parseable', model, kwargs) }}
{%- endtest %}
