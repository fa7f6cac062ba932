{#- The rows a row expectation does not expect, as the query of a dbt test.
    relation: what is measured. predicate: SQL, true for an unexpected row; never null.
    counted: SQL, true for the rows that `mostly` counts (Great Expectations: those whose value is not null).
    mostly: the share of counted rows, 0 to 1, that must be as expected; no rows come back where it is reached.
    row_condition: SQL that picks the rows the expectation speaks of. -#}
{% macro _unexpected_rows(relation, predicate, counted='true', mostly=1, row_condition=none) -%}
  {%- if mostly | float == 1 %}
  select *
  from {{ relation }}
  where ({{ row_condition or 'true' }}) and ({{ counted }}) and ({{ predicate }})
  {%- else %}
  with measured as (
    select
      *,
      case when {{ predicate }} then 1 else 0 end as ribbon_unexpected
    from {{ relation }}
    where ({{ row_condition or 'true' }}) and ({{ counted }})
  ),

  verdict as (
    select coalesce(sum(ribbon_unexpected), 0) <= (1 - {{ mostly }}) * count(*) + 1e-9 as met
    from measured
  )

  select measured.*
  from measured
  cross join verdict
  where measured.ribbon_unexpected = 1 and not verdict.met
  {%- endif %}
{%- endmacro %}
