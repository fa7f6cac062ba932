{#- The history of what ran, in the schema `ribbon`: `runs`, a row per dbt invocation that builds or tests, written at its
    start so that a killed run can be told from a running one, and `node_runs`, a row per node of it. Both are written by
    hooks, so they work in a bare `dbt run`. Times are UTC. -#}
{% macro record_run_start() -%}
  {%- if _run_is_recorded() -%}
    {%- set schema = adapter.quote(target_schema('ribbon')) -%}
    {%- do run_query('create schema if not exists ' ~ schema) -%}
    {%- do run_query(
      'create table if not exists ' ~ schema ~ '.runs (run_id string, command string, target string, started_at timestamp, '
      ~ 'finished_at timestamp, status string)') -%}
    {%- do run_query(
      'create table if not exists ' ~ schema ~ '.node_runs (run_id string, unique_id string, resource_type string, '
      ~ 'status string, failures int64, seconds ' ~ type_double() ~ ', message string, finished_at timestamp)') -%}
    {%- do _create_result_tables(schema) -%}
    {%- do _recall_profiles(schema) -%}
    {%- do _recall_results(schema) -%}
    {%- do run_query(
      'insert into ' ~ schema ~ '.runs values (' ~ sql_literal(invocation_id) ~ ', ' ~ sql_literal(flags.WHICH) ~ ', '
      ~ sql_literal(target.name) ~ ', ' ~ _utc(run_started_at) ~ ', null, ' ~ sql_literal('running') ~ ')') -%}
  {%- endif -%}
{%- endmacro %}

{#- results: what dbt hands to on-run-end, one entry per node that was selected. -#}
{% macro record_run_end(results) -%}
  {%- if _run_is_recorded() -%}
    {%- set schema = adapter.quote(target_schema('ribbon')) -%}
    {%- set rows = [] -%}
    {%- for result in results -%}
      {%- do rows.append(_node_run(result)) -%}
    {%- endfor -%}
    {%- do _insert_rows(schema ~ '.node_runs', rows) -%}
    {%- do _record_results(schema, results) -%}
    {%- do _forget_old(schema) -%}
    {%- set ended = results | map(attribute='status') | map('string') -%}
    {%- set failed = ended | select('in', ['error', 'fail', 'runtime error']) | list -%}
    {%- do run_query(
      'update ' ~ schema ~ '.runs set finished_at = ' ~ _utc(modules.datetime.datetime.now(modules.pytz.utc))
      ~ ', status = ' ~ sql_literal('failed' if failed else 'passed') ~ ' where run_id = ' ~ sql_literal(invocation_id)) -%}
    {%- do _store_held_rows() -%}
  {%- endif -%}
{%- endmacro %}

{#- One row of node_runs as a SQL tuple. -#}
{% macro _node_run(result) -%}
  {%- set values = [
    sql_literal(invocation_id),
    sql_literal(result.node.unique_id),
    sql_literal(result.node.resource_type),
    sql_literal(result.status),
    sql_literal(result.failures),
    sql_literal(result.execution_time),
    sql_literal(result.message),
    _utc(result.timing[-1].completed_at) if result.timing else 'null',
  ] -%}
  {{ return('(' ~ values | join(', ') ~ ')') }}
{%- endmacro %}

{#- A Python datetime in UTC as a timestamp of the target's SQL; 'null' for none. -#}
{% macro _utc(moment) -%}
  {{ return('null' if moment is none else 'cast(' ~ sql_literal(moment.strftime('%Y-%m-%d %H:%M:%S.%f')) ~ ' as timestamp)') }}
{%- endmacro %}

{#- Hooks are rendered by commands that only look, too: those write nothing. -#}
{% macro _run_is_recorded() -%}
  {{ return(execute and flags.WHICH in ['run', 'build', 'test', 'seed', 'snapshot']) }}
{%- endmacro %}
