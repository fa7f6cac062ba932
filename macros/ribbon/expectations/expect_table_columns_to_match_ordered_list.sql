{#- The table has these columns in this order. Case does not matter.
    Example: {ribbon.expect_table_columns_to_match_ordered_list: {arguments: {column_list: [store_id, store_name]}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_table_columns_to_match_ordered_list(on, column_list) -%}
  {%- set names = ribbon._columns_measured(on) | map(attribute='name') | list -%}
  {{ return(ribbon.constant_measure(column_list is none or names == column_list | map('lower') | list, names | join(', '))) }}
{%- endmacro %}

{% test expect_table_columns_to_match_ordered_list(model) -%}
  {{ ribbon.expectation_test('expect_table_columns_to_match_ordered_list', model, kwargs) }}
{%- endtest %}
