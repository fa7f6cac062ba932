{#- The text of every value matches any or all of the LIKE patterns, case-sensitive. Nulls are left out.
    Arguments: match_on (any or all), like_pattern_list (% stands for any text, _ for any character), escape (a character that
    takes this meaning away), mostly, row_condition (SQL).
    Example: {ribbon.expect_column_values_to_match_like_pattern_list: {arguments: {like_pattern_list: ['A%', 'B%'],
      match_on: any}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro default__measure_expect_column_values_to_match_like_pattern_list(
  on, column, like_pattern_list, match_on='any', escape=none, mostly=1, row_condition=none
) -%}
  {{ return(ribbon.rows_measure(
    [column], 'not ' ~ ribbon._matches_like_patterns(on, column, like_pattern_list, match_on, escape),
    mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_match_like_pattern_list(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_match_like_pattern_list', model, kwargs) }}
{%- endtest %}
