{#- An expectation as the SQL of a dbt test, built from its measure: the failing rows, or what was observed where a whole table is
    not as expected. It is what `dbt test --store-failures` stores and what the gate does not need.
    relation: what the test measures, its `where` applied. arguments: the test's, a relation where it names one. -#}
{% macro expectation_test(name, relation, arguments) -%}
  {%- if execute -%}
    {%- set given = {} -%}
    {%- for key, value in arguments.items() -%}
      {%- do given.update({'column': ribbon._unquoted(value)} if key == 'column_name' else {key: value}) -%}
    {%- endfor -%}
    {%- set expectation = {
      'name': name, 'arguments': given, 'prefix': 'e0_', 'position': 0, 'condition': none,
      'test': graph.nodes[model.unique_id],
    } -%}
    {%- do expectation.update({'measure': ribbon._measure_beside(expectation, relation)}) -%}
    {{ return(ribbon._stand_alone_sql(expectation, relation | string)) }}
  {%- endif -%}
  {{ return('select 1') }}
{%- endmacro %}

{% macro _stand_alone_sql(expectation, relation) -%}
  {%- set measure = expectation.measure -%}
  {%- set plan = ribbon.measuring_plan([expectation], relation) -%}
  {%- if measure.form not in ['rows', 'duplicates'] -%}
    {{ return('select ' ~ plan.verdicts[0].observed ~ ' as observed_value from ' ~ ribbon._totals(plan)
      ~ ' where not (' ~ plan.verdicts[0].met ~ ')') }}
  {%- endif -%}
  {%- if measure.form == 'duplicates' and measure.failures == 'values' -%}
    {{ return(ribbon._shared_keys_sql(measure, relation)) }}
  {%- endif -%}
  {%- set failing = ribbon.failing_rows(measure, relation, none) -%}
  {%- set predicate = failing.predicate -%}
  {%- if measure.mostly | float < 1 -%}
    {%- set predicate = predicate ~ ' and not (select ' ~ plan.verdicts[0].met ~ ' from ' ~ ribbon._totals(plan) ~ ')' -%}
  {%- endif -%}
  {%- if measure.failures == 'values' -%}
    {%- set keys = ribbon._quoted(measure.columns) -%}
    {{ return('select ' ~ keys ~ ', count(*) as row_count from ' ~ failing.from ~ ' where ' ~ predicate ~ ' group by ' ~ keys) }}
  {%- endif -%}
  {{ return('select * from ' ~ failing.from ~ ' where ' ~ predicate) }}
{%- endmacro %}

{#- A row for each key that several rows share, or that is missing where none may be: dbt's `unique` counts keys, not rows. -#}
{% macro _shared_keys_sql(measure, relation) -%}
  {%- set keys = ribbon._quoted(measure.columns) -%}
  {%- set broken = 'count(*) > 1' ~ (' or not (' ~ ribbon.all_present(measure.columns) ~ ')' if measure.nulls_break else '') -%}
  {%- set judged = ribbon.all_of([measure.counted, measure.row_condition]) -%}
  {{ return('select ' ~ keys ~ ', count(*) as row_count from ' ~ relation ~ ' where ' ~ judged ~ ' group by ' ~ keys ~ ' having '
    ~ broken) }}
{%- endmacro %}
