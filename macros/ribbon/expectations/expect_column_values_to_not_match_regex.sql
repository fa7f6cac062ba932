{#- `regex` is found in the text of no value. Nulls are left out.
    Arguments: regex (valid RE2), mostly, row_condition (SQL).
    Example: {ribbon.expect_column_values_to_not_match_regex: {arguments: {regex: '[<>]'}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_not_match_regex(on, column, regex, mostly=1, row_condition=none) -%}
  {{ return(ribbon.rows_measure(
    [column], ribbon._matches_regexes(on, column, [regex]), mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_not_match_regex(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_not_match_regex', model, kwargs) }}
{%- endtest %}
