{#- `regex` (valid RE2) is found in every value; anchor it with ^ and $ to match the whole. Nulls are left out. -#}
{% macro measure_expect_column_values_to_match_regex(on, column, regex, mostly=1, row_condition=none) -%}
  {{ return(rows_measure(
    [column], 'not ' ~ regexp_found(adapter.quote(column), regex), mostly=mostly, row_condition=row_condition, costly=true)) }}
{%- endmacro %}

{% test expect_column_values_to_match_regex(model) -%}
  {{ expectation_test('expect_column_values_to_match_regex', model, kwargs) }}
{%- endtest %}
