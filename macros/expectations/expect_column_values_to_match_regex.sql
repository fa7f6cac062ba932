{#- `regex` (valid RE2) is found in every value; anchor it with ^ and $ to match the whole. Nulls are left out. -#}
{% test expect_column_values_to_match_regex(model, column_name, regex, mostly=1, row_condition=none) %}
  {%- set value = adapter.quote(column_name) -%}
  {{ _unexpected_rows(model, 'not ' ~ regexp_found(value, regex), value ~ ' is not null', mostly, row_condition) }}
{% endtest %}
