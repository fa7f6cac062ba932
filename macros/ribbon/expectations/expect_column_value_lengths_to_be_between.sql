{#- The text of every value has between min_value and max_value characters. Nulls are left out.
    Arguments: min_value, max_value (one of them at least), strict_min, strict_max (leave the bound itself out), mostly,
    row_condition (SQL).
    Example: {ribbon.expect_column_value_lengths_to_be_between: {arguments: {min_value: 1, max_value: 20}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_value_lengths_to_be_between(
  on, column, min_value=none, max_value=none, strict_min=false, strict_max=false, mostly=1, row_condition=none
) -%}
  {{ return(ribbon.rows_measure(
    [column], ribbon._outside_bounds(on, 'length(' ~ ribbon._as_text(column) ~ ')', min_value, max_value, strict_min, strict_max),
    mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_value_lengths_to_be_between(model) -%}
  {{ ribbon.expectation_test('expect_column_value_lengths_to_be_between', model, kwargs) }}
{%- endtest %}
