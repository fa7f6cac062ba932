{#- Every value is one of value_set. Nulls are left out. -#}
{% test expect_column_values_to_be_in_set(model, column_name, value_set, mostly=1, row_condition=none) %}
  {%- set value = adapter.quote(column_name) -%}
  {%- set allowed = [] -%}
  {%- for item in value_set -%}{%- do allowed.append(sql_literal(item)) -%}{%- endfor -%}
  {{ _unexpected_rows(model, value ~ ' not in (' ~ allowed | join(', ') ~ ')', value ~ ' is not null', mostly, row_condition) }}
{% endtest %}
