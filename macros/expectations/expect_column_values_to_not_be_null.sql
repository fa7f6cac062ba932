{#- No value is null; with `mostly`, at most that share of them. -#}
{% test expect_column_values_to_not_be_null(model, column_name, mostly=1, row_condition=none) %}
  {{ _unexpected_rows(model, adapter.quote(column_name) ~ ' is null', 'true', mostly, row_condition) }}
{% endtest %}
