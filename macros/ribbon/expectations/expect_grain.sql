{#- One row per these columns: none of them is null and no two rows share their values. Ours, not Great Expectations'.
    Example: {ribbon.expect_grain: {arguments: {columns: [store_id, sold_on]}}}
    Oracle: hand-written cases -#}
{% macro default__measure_expect_grain(on, columns, row_condition=none) -%}
  {{ return(ribbon.duplicates_measure(columns, 'true', row_condition=row_condition, failures='values', nulls_break=true)) }}
{%- endmacro %}

{% test expect_grain(model) -%}
  {{ ribbon.expectation_test('expect_grain', model, kwargs) }}
{%- endtest %}
