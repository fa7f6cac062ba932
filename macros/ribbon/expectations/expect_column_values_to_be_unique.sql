{#- No two rows share a value: each row of a duplicate group is unexpected. Nulls are left out.
    Arguments: mostly, row_condition (SQL).
    Example: {ribbon.expect_column_values_to_be_unique: {}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_be_unique(on, column, mostly=1, row_condition=none) -%}
  {{ return(ribbon.duplicates_measure(
    [column], adapter.quote(column) ~ ' is not null', mostly=mostly, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_column_values_to_be_unique(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_be_unique', model, kwargs) }}
{%- endtest %}
