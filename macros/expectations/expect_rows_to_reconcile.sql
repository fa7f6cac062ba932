{#- A measure here equals a measure there. Ours, not Great Expectations'.
    measure, compare_measure: SQL aggregates over this and the other relation (compare_measure defaults to measure).
    compare_to: the other relation, a ref() or source(). tolerance: how far apart the two may lie, in the measure's unit.
    row_condition, compare_condition: SQL that picks the rows on either side. -#}
{% test expect_rows_to_reconcile(
  model, measure, compare_to, compare_measure=none, tolerance=0, row_condition=none, compare_condition=none
) %}
  with here as (
    select {{ measure }} as measured
    from {{ model }}
    where {{ row_condition or 'true' }}
  ),

  there as (
    select {{ compare_measure or measure }} as measured
    from {{ compare_to }}
    where {{ compare_condition or 'true' }}
  )

  select
    here.measured as measured_here,
    there.measured as measured_there
  from here
  cross join there
  where coalesce(abs(coalesce(here.measured, 0) - coalesce(there.measured, 0)) > {{ tolerance }}, true)
{% endtest %}
