{#- The column has this type.
    Arguments: type_ (as the database names it, in any case; names like bigint, int64, string or varchar are understood, and
    parameters count where they are written).
    Example: {ribbon.expect_column_type_to_be: {arguments: {type_: bigint}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro default__measure_expect_column_type_to_be(on, column, type_) -%}
  {{ return(ribbon._type_measure(on, column, [type_])) }}
{%- endmacro %}

{% test expect_column_type_to_be(model) -%}
  {{ ribbon.expectation_test('expect_column_type_to_be', model, kwargs) }}
{%- endtest %}
