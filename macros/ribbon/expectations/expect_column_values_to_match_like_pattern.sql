{#- The text of every value matches the LIKE pattern, case-sensitive. Nulls are left out.
    Arguments: like_pattern (% stands for any text, _ for any character), escape (a character that takes this meaning away),
    mostly, row_condition (SQL).
    Example: {ribbon.expect_column_values_to_match_like_pattern: {arguments: {like_pattern: 'A!_%', escape: '!'}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro default__measure_expect_column_values_to_match_like_pattern(
  on, column, like_pattern, escape=none, mostly=1, row_condition=none
) -%}
  {{ return(ribbon.rows_measure(
    [column], 'not ' ~ ribbon._matches_like_patterns(on, column, [like_pattern], escape=escape),
    mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_match_like_pattern(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_match_like_pattern', model, kwargs) }}
{%- endtest %}
