{#- The table has between min_value and max_value rows, both included. -#}
{% test expect_table_row_count_to_be_between(model, min_value=none, max_value=none, row_condition=none) %}
  select count(*) as row_count
  from {{ model }}
  where {{ row_condition or 'true' }}
  having {{ _outside_bounds('count(*)', min_value, max_value) }}
{% endtest %}
