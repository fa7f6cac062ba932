{#- One row per these columns: none of them is null and no two rows share their values. Ours, not Great Expectations'.
    Example: {expect_grain: {arguments: {columns: [store_id, sold_on]}}}
    Oracle: hand-written cases -#}
{% macro measure_expect_grain(on, columns, row_condition=none) -%}
  {{ return(duplicates_measure(columns, 'true', row_condition=row_condition, failures='values', nulls_break=true)) }}
{%- endmacro %}

{% test expect_grain(model) -%}
  {{ expectation_test('expect_grain', model, kwargs) }}
{%- endtest %}
