{#- Two queries return the same rows, however often each occurs, in any order; with `mostly`, at least that share of the longer
    result. Two nulls are the same value.
    Arguments: base_query ({batch} stands for what is measured), comparison_query, comparison_data_source_name (accepted,
    without effect: both queries run in this database), mostly, row_condition (SQL).
    Example: {ribbon.expect_query_results_to_match_comparison: {arguments: {base_query: 'select 1',
      comparison_query: 'select 1'}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro default__measure_expect_query_results_to_match_comparison(
  on, base_query, comparison_query, comparison_data_source_name=none, mostly=1, row_condition=none
) -%}
  {%- set base = ribbon._on_batch(on, base_query, row_condition) -%}
  {%- set rows = on.prefix ~ 'rows' -%}
  {%- set compared = on.prefix ~ 'compared' -%}
  {%- set same = on.prefix ~ 'same' -%}
  {%- set longer = 'greatest(' ~ rows ~ ', ' ~ compared ~ ')' -%}
  {{ return(ribbon.aggregate_measure(
    {}, 'coalesce(' ~ same ~ ' / cast(nullif(' ~ longer ~ ', 0) as ' ~ ribbon.type_double() ~ ') >= ' ~ mostly ~ ', true)',
    ribbon.concat_sql([longer ~ ' - ' ~ same, ribbon.sql_literal(' of '), longer, ribbon.sql_literal(' rows differ')]),
    others={
      rows: 'select count(*) from (' ~ base ~ ') as ribbon_base',
      compared: 'select count(*) from (' ~ comparison_query ~ ') as ribbon_comparison',
      same: ribbon._rows_in_common(base, comparison_query),
    })) }}
{%- endmacro %}

{#- A query with {batch} replaced by the rows that are measured. -#}
{% macro _on_batch(on, query, row_condition) -%}
  {%- set chosen = ribbon.all_of([on.test.config.where, row_condition]) -%}
  {{ return(query | replace('{batch}', '(select * from ' ~ on.relation ~ ' where ' ~ chosen ~ ')')) }}
{%- endmacro %}

{#- A query of how many rows two queries share, counting each as often as both have it. -#}
{% macro _rows_in_common(one, other) -%}
  {{ return(adapter.dispatch('_rows_in_common', 'ribbon')(one, other)) }}
{%- endmacro %}

{% macro default___rows_in_common(one, other) -%}
  {{ return('select count(*) from ((' ~ one ~ ') intersect all (' ~ other ~ ')) as ribbon_same') }}
{%- endmacro %}

{#- BigQuery has no INTERSECT ALL; rows are compared as JSON, so the columns need the same names. -#}
{% macro bigquery___rows_in_common(one, other) -%}
  {%- set counted = 'select to_json_string(r) as ribbon_row, count(*) as ribbon_n from (%s) as r group by ribbon_row' -%}
  {{ return(
    'select coalesce(sum(least(a.ribbon_n, b.ribbon_n)), 0) from (' ~ counted % one ~ ') as a join ('
    ~ counted % other ~ ') as b using (ribbon_row)') }}
{%- endmacro %}

{% test expect_query_results_to_match_comparison(model) -%}
  {{ ribbon.expectation_test('expect_query_results_to_match_comparison', model, kwargs) }}
{%- endtest %}
