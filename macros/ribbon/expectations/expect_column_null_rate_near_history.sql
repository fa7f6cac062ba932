{#- The share of rows whose value is null is near the median of the last runs. Passes on no rows, and until there is that much
    history. Ours, not Great Expectations'.
    Arguments: tolerance (how far off the share may be, 0 to 1), last (how many runs count), min_history (how many runs there
    have to be).
    Example: {ribbon.expect_column_null_rate_near_history: {arguments: {tolerance: 0.01}}}
    Oracle: hand-written cases -#}
{% macro default__measure_expect_column_null_rate_near_history(on, column, tolerance=0.05, last=20, min_history=3) -%}
  {%- set rate = on.prefix ~ 'rate' -%}
  {%- set value = 'max(null_count) / cast(nullif(max(row_count), 0) as ' ~ ribbon.type_double() ~ ')' -%}
  {%- set history = ribbon._history_of(on, value, last, 'column_name = ' ~ ribbon.sql_literal(column)) -%}
  {%- set nulls = 'count(*) - count(' ~ adapter.quote(column) ~ ')' -%}
  {{ return(ribbon._near_history(
    on, {rate: '(' ~ nulls ~ ') / cast(nullif(count(*), 0) as ' ~ ribbon.type_double() ~ ')'}, rate, history, tolerance | string,
    min_history, columns=[column])) }}
{%- endmacro %}

{% test expect_column_null_rate_near_history(model) -%}
  {{ ribbon.expectation_test('expect_column_null_rate_near_history', model, kwargs) }}
{%- endtest %}
