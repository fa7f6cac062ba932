{#- The column has one of these types; without a list, any type passes.
    Arguments: type_list (as the database names it, in any case; names like bigint, int64, string or varchar are understood,
    and parameters count where they are written), mostly (accepted, without effect: a column has one type).
    Example: {ribbon.expect_column_values_to_be_in_type_list: {arguments: {type_list: [integer, bigint]}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro default__measure_expect_column_values_to_be_in_type_list(on, column, type_list, mostly=1) -%}
  {{ return(ribbon._type_measure(on, column, type_list)) }}
{%- endmacro %}

{% test expect_column_values_to_be_in_type_list(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_be_in_type_list', model, kwargs) }}
{%- endtest %}
