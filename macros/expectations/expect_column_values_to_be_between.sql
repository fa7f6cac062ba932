{#- Every value lies between min_value and max_value, both included unless strict. Nulls are left out. -#}
{% test expect_column_values_to_be_between(
  model, column_name, min_value=none, max_value=none, strict_min=false, strict_max=false, mostly=1, row_condition=none
) %}
  {%- set value = adapter.quote(column_name) -%}
  {{ _unexpected_rows(
    model, _outside_bounds(value, min_value, max_value, strict_min, strict_max), value ~ ' is not null', mostly, row_condition
  ) }}
{% endtest %}
