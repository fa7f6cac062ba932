{#- None of the regular expressions is found in the text of any value. Nulls are left out.
    Arguments: regex_list (valid RE2), mostly, row_condition (SQL).
    Example: {ribbon.expect_column_values_to_not_match_regex_list: {arguments: {regex_list: ['^test', 'unknown$']}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_not_match_regex_list(on, column, regex_list, mostly=1, row_condition=none) -%}
  {{ return(ribbon.rows_measure(
    [column], ribbon._matches_regexes(on, column, regex_list), mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_not_match_regex_list(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_not_match_regex_list', model, kwargs) }}
{%- endtest %}
