{#- The column has this type.
    Arguments: type_ (as the database names it, in any case; names like bigint, int64, string or varchar are understood, and
    parameters count where they are written).
    Example: {expect_column_type_to_be: {arguments: {type_: bigint}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro measure_expect_column_type_to_be(on, column, type_) -%}
  {{ return(_type_measure(on, column, [type_])) }}
{%- endmacro %}

{% test expect_column_type_to_be(model) -%}
  {{ expectation_test('expect_column_type_to_be', model, kwargs) }}
{%- endtest %}
