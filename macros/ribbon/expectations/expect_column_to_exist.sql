{#- The table has the column; with column_index (the first is 0, a negative one counts from the end), at that place. Case does
    not matter.
    Example: {ribbon.expect_column_to_exist: {arguments: {column: store_id, column_index: 0}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_to_exist(on, column, column_index=none) -%}
  {%- set names = ribbon._columns_measured(on) | map(attribute='name') | list -%}
  {%- if column_index is none -%}
    {{ return(ribbon.constant_measure(column | lower in names, names | join(', '))) }}
  {%- endif -%}
  {%- set place = column_index if column_index >= 0 else names | length + column_index -%}
  {%- set met = 0 <= place < names | length and names[place] == column | lower -%}
  {{ return(ribbon.constant_measure(met, names | join(', '))) }}
{%- endmacro %}

{% test expect_column_to_exist(model) -%}
  {{ ribbon.expectation_test('expect_column_to_exist', model, kwargs) }}
{%- endtest %}
