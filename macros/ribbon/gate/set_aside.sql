{#- Moves the unexpected rows of broken verdicts out of a candidate, into a scratch table that has its columns and
    `ribbon_reasons`, a JSON list of the expectations that each row breaks. Returns the scratch relation. -#}
{% macro _set_aside(broken, relation, node) -%}
  {{ return(adapter.dispatch('_set_aside', 'ribbon')(broken, relation, node)) }}
{%- endmacro %}

{#- DuckDB: rows are told apart by their rowid; the scratch table is a temporary one of this connection, where it is held. -#}
{% macro default___set_aside(broken, relation, node) -%}
  {%- set aside = adapter.quote('ribbon_aside_' ~ (node.alias or node.name) ~ '_' ~ py_current_timestring()) -%}
  {%- if ribbon.is_dbt_2() -%}
    {%- set aside = relation.incorporate(path={'identifier': relation.identifier ~ '__ribbon_aside'}) -%}
    {%- do run_query('drop table if exists ' ~ aside) -%}
  {%- endif -%}
  {%- set numbered = '(select *, rowid as ribbon_row from ' ~ relation ~ ') as ribbon_numbered' -%}
  {%- set create -%}
    create {{ '' if ribbon.is_dbt_2() else 'temporary' }} table {{ aside }} as
    select candidate.*, told.ribbon_reasons, told.ribbon_row
    from (select *, rowid as ribbon_place from {{ relation }}) as candidate
    inner join ({{ ribbon._reasons_sql(broken, numbered) }}) as told on candidate.ribbon_place = told.ribbon_row
  {%- endset -%}
  {%- do run_query(create) -%}
  {%- do run_query('delete from ' ~ relation ~ ' where rowid in (select ribbon_row from ' ~ aside ~ ')') -%}
  {{ return(aside) }}
{%- endmacro %}

{#- BigQuery has no row ids: the candidate is copied once with one. -#}
{% macro bigquery___set_aside(broken, relation, node) -%}
  {%- set numbered = relation.incorporate(path={'identifier': relation.identifier ~ '__ribbon_numbered'}) -%}
  {%- set aside = relation.incorporate(path={'identifier': relation.identifier ~ '__ribbon_aside'}) -%}
  {%- do run_query('create or replace table ' ~ numbered ~ ' as select *, generate_uuid() as ribbon_row from ' ~ relation) -%}
  {%- set create -%}
    create or replace table {{ aside }} as
    select candidate.*, told.ribbon_reasons
    from {{ numbered }} as candidate
    inner join ({{ ribbon._reasons_sql(broken, numbered) }}) as told on candidate.ribbon_row = told.ribbon_row
  {%- endset -%}
  {%- do run_query(create) -%}
  {%- do run_query('delete from ' ~ relation ~ ' where true') -%}
  {%- set refill -%}
    insert into {{ relation }}
    select * except (ribbon_row)
    from {{ numbered }}
    where ribbon_row not in (select ribbon_row from {{ aside }})
  {%- endset -%}
  {%- do run_query(refill) -%}
  {%- do run_query('drop table ' ~ numbered) -%}
  {{ return(aside) }}
{%- endmacro %}

{#- A row per unexpected row: ribbon_row and ribbon_reasons. numbered: SQL of the candidate with a column ribbon_row. -#}
{% macro _reasons_sql(broken, numbered) -%}
  {%- set parts = [] -%}
  {%- for verdict in broken -%}
    {%- set expectation = verdict.expectation -%}
    {%- set failing = ribbon.failing_rows(expectation.measure, numbered | string, expectation.condition, expectation.prefix) -%}
    {%- do parts.append(
      'select ribbon_row, ' ~ ribbon.sql_literal(ribbon.said_expectation(expectation)) ~ ' as reason from ' ~ failing.from
        ~ ' where '
      ~ failing.predicate) -%}
  {%- endfor -%}
  {{ return(adapter.dispatch('_grouped_reasons', 'ribbon')(parts | join(' union all '))) }}
{%- endmacro %}

{% macro default___grouped_reasons(reasons) -%}
  {{ return('select ribbon_row, cast(to_json(list(reason order by reason)) as varchar) as ribbon_reasons from (' ~ reasons
    ~ ') as reasons group by ribbon_row') }}
{%- endmacro %}

{% macro bigquery___grouped_reasons(reasons) -%}
  {{ return('select ribbon_row, to_json_string(array_agg(reason order by reason)) as ribbon_reasons from (' ~ reasons
    ~ ') as reasons group by ribbon_row') }}
{%- endmacro %}
