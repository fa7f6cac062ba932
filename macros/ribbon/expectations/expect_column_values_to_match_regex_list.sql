{#- Any or all of the regular expressions are found in the text of every value. Nulls are left out.
    Arguments: regex_list (valid RE2), match_on (any or all), mostly, row_condition (SQL).
    Example: {ribbon.expect_column_values_to_match_regex_list: {arguments: {regex_list: ['^A', '^B'], match_on: any}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_values_to_match_regex_list(
  on, column, regex_list, match_on='any', mostly=1, row_condition=none
) -%}
  {{ return(ribbon.rows_measure(
    [column], 'not ' ~ ribbon._matches_regexes(on, column, regex_list, match_on),
    mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_match_regex_list(model) -%}
  {{ ribbon.expectation_test('expect_column_values_to_match_regex_list', model, kwargs) }}
{%- endtest %}
