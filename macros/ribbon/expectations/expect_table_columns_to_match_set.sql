{#- The table has these columns in any order; with exact_match: false, others besides. Case does not matter. Any columns will do
    where the set is null.
    Example: {ribbon.expect_table_columns_to_match_set: {arguments: {column_set: [store_id, store_name], exact_match: false}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_table_columns_to_match_set(on, column_set, exact_match=true) -%}
  {%- set names = ribbon._columns_measured(on) | map(attribute='name') | list -%}
  {%- set expected = (column_set or []) | map('lower') | list -%}
  {%- set missing = expected | reject('in', names) | list -%}
  {%- set others = names | reject('in', expected) | list -%}
  {%- set met = column_set is none or not (missing or (exact_match and others)) -%}
  {{ return(ribbon.constant_measure(met, names | join(', '))) }}
{%- endmacro %}

{% test expect_table_columns_to_match_set(model) -%}
  {{ ribbon.expectation_test('expect_table_columns_to_match_set', model, kwargs) }}
{%- endtest %}
