{#- The groups of rows that share their keys though none may, a row for each with its size, count_of(columns), as a sub-query.
    relation: SQL of what is measured. judged: SQL that picks the rows it speaks of. few: whether a group is an
    exception that has to be found among many rows. -#}
{% macro _broken_groups(relation, measure, judged, few) -%}
  {%- set present = ribbon.all_present(measure.columns) -%}
  {%- set broken = 'count(*) > 1' ~ (' or not (' ~ present ~ ')' if measure.nulls_break else '') -%}
  {%- set suspect = ribbon._suspect_rows(relation, measure, judged, present) if few else judged -%}
  {{ return(
    '(select count(*) as ' ~ ribbon.count_of(measure.columns) ~ ' from '
    ~ relation ~ ' where ' ~ suspect ~ ' group by ' ~ ribbon._quoted(measure.columns)
    ~ ' having ' ~ broken ~ ') as ribbon_groups') }}
{%- endmacro %}

{#- SQL that picks the rows among which duplicates have to be looked for. -#}
{% macro _suspect_rows(relation, measure, judged, present) -%}
  {{ return(adapter.dispatch('_suspect_rows', 'ribbon')(relation, measure, judged, present)) }}
{%- endmacro %}

{#- Sorting the hashes of the keys is 2.5 times less work than grouping by five keys, on 20.9 million rows. Equal keys have equal
    hashes, so none is missed; different keys with one hash are told apart by the grouping of what is left, mostly nothing. -#}
{% macro default___suspect_rows(relation, measure, judged, present) -%}
  {%- set hashed = 'hash(' ~ ribbon._quoted(measure.columns) ~ ')' -%}
  {%- set nulls = ' union all select ' ~ hashed ~ ' from ' ~ relation ~ ' where ' ~ ribbon.all_of([judged, 'not (' ~ present
    ~ ')']) -%}
  {{ return(
    ribbon.all_of([judged, hashed
      ~ ' in (select ribbon_hash from (select ribbon_hash, lag(ribbon_hash) over (order by ribbon_hash) as '
    ~ 'ribbon_before from (select ' ~ hashed ~ ' as ribbon_hash from ' ~ relation ~ ' where ' ~ judged ~ ') as ribbon_hashes) as '
    ~ 'ribbon_pairs where ribbon_hash = ribbon_before' ~ (nulls if measure.nulls_break else '') ~ ')'])) }}
{%- endmacro %}

{% macro bigquery___suspect_rows(relation, measure, judged, present) -%}{{ return(judged) }}{%- endmacro %}
