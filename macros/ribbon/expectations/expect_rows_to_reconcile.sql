{#- A measure here equals a measure there. Ours, not Great Expectations'. No rows on a side count as 0.
    Arguments: measure, compare_measure (SQL aggregates over this and the other relation; the second defaults to the first),
    compare_to (the other relation, a ref() or source()), tolerance (how far apart they may lie, in the measure's unit),
    row_condition, compare_condition (SQL that picks the rows on either side).
    Example: {ribbon.expect_rows_to_reconcile: {arguments: {measure: sum(net_usd), compare_to: "ref('ledger')", tolerance: 0.01}}}
    Oracle: hand-written cases -#}
{% macro default__measure_expect_rows_to_reconcile(
  on, measure, compare_to, compare_measure=none, tolerance=0, row_condition=none, compare_condition=none
) -%}
  {%- set here = on.prefix ~ 'here' -%}
  {%- set there = on.prefix ~ 'there' -%}
  {%- set query -%}
    select {{ compare_measure or measure }} from {{ compare_to }} where {{ compare_condition or 'true' }}
  {%- endset -%}
  {{ return(ribbon.aggregate_measure(
    {here: measure},
    'abs(coalesce(' ~ here ~ ', 0) - coalesce(' ~ there ~ ', 0)) <= ' ~ ribbon.sql_literal(tolerance),
    ribbon.concat_sql([here, ribbon.sql_literal(' here, '), there, ribbon.sql_literal(' there')]),
    row_condition=row_condition, others={there: query})) }}
{%- endmacro %}

{% test expect_rows_to_reconcile(model) -%}
  {{ ribbon.expectation_test('expect_rows_to_reconcile', model, kwargs) }}
{%- endtest %}
