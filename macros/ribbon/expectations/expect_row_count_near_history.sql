{#- The number of rows is near the median of the last runs. Passes until there is that much history. Ours, not Great
    Expectations'.
    Arguments: tolerance (the share of the median that it may be off), last (how many runs count), min_history (how many runs
    there have to be).
    Example: {ribbon.expect_row_count_near_history: {arguments: {tolerance: 0.2, last: 30}}}
    Oracle: hand-written cases -#}
{% macro default__measure_expect_row_count_near_history(on, tolerance=0.5, last=20, min_history=3) -%}
  {%- set rows = on.prefix ~ 'rows' -%}
  {{ return(ribbon._near_history(
    on, {rows: 'count(*)'}, rows, ribbon._history_of(on, 'max(row_count)', last), tolerance ~ ' * {usual}', min_history)) }}
{%- endmacro %}

{% test expect_row_count_near_history(model) -%}
  {{ ribbon.expectation_test('expect_row_count_near_history', model, kwargs) }}
{%- endtest %}
