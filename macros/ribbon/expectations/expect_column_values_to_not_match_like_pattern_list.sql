{#- The text of no value matches any of the LIKE patterns, case-sensitive. Nulls are left out.
    Arguments: like_pattern_list (% stands for any text, _ for any character), escape (a character that takes this meaning
    away), mostly, row_condition (SQL).
    Example: {ribbon.expect_column_values_to_not_match_like_pattern_list: {arguments: {like_pattern_list: ['test%', '%unknown']}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro default__measure_expect_column_values_to_not_match_like_pattern_list(
  on, column, like_pattern_list, escape=none, mostly=1, row_condition=none
) -%}
  {{ return(ribbon.rows_measure(
    [column], ribbon._matches_like_patterns(on, column, like_pattern_list, escape=escape),
    mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_not_match_like_pattern_list(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_not_match_like_pattern_list', model, kwargs) }}
{%- endtest %}
