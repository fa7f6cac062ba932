{#- The column has this type; without one, any type passes.
    Arguments: type_ (as the database names it, in any case; names like bigint, int64, string or varchar are understood, and
    parameters count where they are written), mostly (accepted, without effect: a column has one type).
    Example: {ribbon.expect_column_values_to_be_of_type: {arguments: {type_: decimal}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro default__measure_expect_column_values_to_be_of_type(on, column, type_, mostly=1) -%}
  {{ return(ribbon._type_measure(on, column, none if type_ is none else [type_])) }}
{%- endmacro %}

{% test expect_column_values_to_be_of_type(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_be_of_type', model, kwargs) }}
{%- endtest %}
