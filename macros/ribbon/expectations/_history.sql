{#- Measures that compare with what earlier runs of dbt kept in ribbon.column_profiles.
    A sub-query of one row per run, newest first: ribbon_value, SQL over the rows of this node. None if nothing is kept. -#}
{% macro _history_of(on, value, last, condition='true') -%}
  {%- set kept = adapter.get_relation(
    database=target.database, schema=ribbon.target_schema('ribbon'), identifier='column_profiles') -%}
  {%- if not kept -%}{{ return(none) }}{%- endif -%}
  {%- set conditions = ['node_id = ' ~ ribbon.sql_literal(ribbon._measured_node(on.test)), condition] -%}
  {{ return(
    '(select ' ~ value ~ ' as ribbon_value from ' ~ kept ~ ' where ' ~ ribbon.all_of(conditions)
    ~ ' group by run_id order by max(measured_at) desc limit ' ~ last ~ ') as ribbon_history') }}
{%- endmacro %}

{#- The measure of a value that has to lie near the median of its history. value: a name of `aggregates`.
    allowed: SQL of how far apart they may lie, `{usual}` standing for the median. -#}
{% macro _near_history(on, aggregates, value, history, allowed, min_history, columns=[], row_condition=none) -%}
  {%- if not history -%}
    {{ return(ribbon.aggregate_measure(aggregates, 'true', value, columns=columns, row_condition=row_condition)) }}
  {%- endif -%}
  {%- set usual = on.prefix ~ 'usual' -%}
  {%- set runs = on.prefix ~ 'runs' -%}
  {%- set near = 'coalesce(abs(' ~ value ~ ' - ' ~ usual ~ ') <= ' ~ allowed | replace('{usual}', usual) ~ ', true)' -%}
  {{ return(ribbon.aggregate_measure(
    aggregates, '(' ~ runs ~ ' < ' ~ min_history ~ ' or ' ~ near ~ ')',
    ribbon.concat_sql([value, ribbon.sql_literal(' now, '), usual, ribbon.sql_literal(' usually')]),
    others={
      usual: 'select ' ~ ribbon._median('ribbon_value') ~ ' from ' ~ history,
      runs: 'select count(ribbon_value) from ' ~ history,
    },
    columns=columns, row_condition=row_condition)) }}
{%- endmacro %}

{#- The median as an aggregate, of few values: BigQuery's is approximate beyond. -#}
{% macro _median(value) -%}
  {{ return(adapter.dispatch('_median', 'ribbon')(value)) }}
{%- endmacro %}

{% macro default___median(value) -%}{{ return('median(' ~ value ~ ')') }}{%- endmacro %}

{% macro bigquery___median(value) -%}{{ return('approx_quantiles(' ~ value ~ ', 2)[offset(1)]') }}{%- endmacro %}
