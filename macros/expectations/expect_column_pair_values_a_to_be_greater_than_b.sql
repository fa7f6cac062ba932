{#- column_A is greater than column_B in every row, or equal where or_equal is true. Rows with a null in either are left out. -#}
{% test expect_column_pair_values_a_to_be_greater_than_b(
  model, column_A, column_B, or_equal=false, mostly=1, row_condition=none
) %}
  {%- set left = adapter.quote(column_A) -%}
  {%- set right = adapter.quote(column_B) -%}
  {{ _unexpected_rows(
    model,
    left ~ (' < ' if or_equal else ' <= ') ~ right,
    left ~ ' is not null and ' ~ right ~ ' is not null',
    mostly,
    row_condition
  ) }}
{% endtest %}
