{#- The package's hooks. They run after the hooks of the project itself. -#}
{% macro start_run() -%}
  {%- do ribbon.create_lake_views() -%}
  {%- do ribbon.record_run_start() -%}
{%- endmacro %}

{% macro end_run(results) -%}
  {%- do ribbon.record_run_end(results) -%}
{%- endmacro %}

{#- The history of what ran, in the schema `ribbon`: `runs`, a row per dbt invocation that builds or tests, written at its
    start so that a killed run can be told from a running one, and `node_runs`, a row per node of it. Both are written by
    hooks, so they work in a bare `dbt run`. Times are UTC. -#}
{% macro record_run_start() -%}
  {%- if ribbon._run_is_recorded() -%}
    {%- set schema = adapter.quote(ribbon.target_schema('ribbon')) -%}
    {%- set run = [invocation_id, ribbon._said_command(), target.name, ribbon.moment(run_started_at), none, 'running'] -%}
    {%- do run_query(ribbon.history_ddl(schema) ~ '; insert into ' ~ schema ~ '.runs values ' ~ ribbon.sql_tuple(run)) -%}
    {%- do ribbon._carry_over(schema) -%}
    {%- do ribbon._recall_profiles(schema) -%}
    {%- if ribbon._near_restricted() -%}{%- do ribbon._recall_clear_columns(schema) -%}{%- endif -%}
    {#- Looked up here, because every one of the models that start together would look it up for itself. -#}
    {%- do ribbon.gate_state().update({'asked': ribbon._asked_for()}) -%}
  {%- endif -%}
{%- endmacro %}

{#- The tables of the history, created in one statement where they are not there yet: record_results.sql, table_states.sql and
    gate/restricted.sql say what is in the other four. -#}
{% macro history_ddl(schema) -%}
  create schema if not exists {{ schema }};
  create table if not exists {{ schema }}.runs (
    run_id string, command string, target string, started_at timestamp, finished_at timestamp, status string
  );
  create table if not exists {{ schema }}.node_runs (
    run_id string, unique_id string, resource_type string, status string, failures int64, seconds {{ ribbon.type_double() }},
    message string, finished_at timestamp
  );
  create table if not exists {{ schema }}.expectation_results (
    run_id string, measured_at timestamp, test_id string, node_id string, expectation string, column_name string,
    arguments string, severity string, status string, gated boolean, element_count int64, unexpected_count int64,
    observed_value string, failures int64, quarantined int64, message string, reason string
  );
  create table if not exists {{ schema }}.column_profiles (
    run_id string, measured_at timestamp, node_id string, column_name string, row_count int64, null_count int64,
    distinct_count int64, min_value string, max_value string, top_values string
  );
  create table if not exists {{ schema }}.clear_columns (
    node_id string, state string, clear string, restricted string
  );
  create table if not exists {{ schema }}.table_states (run_id string, node_id string, state string, measured_at timestamp)
{%- endmacro %}

{#- results: what dbt hands to on-run-end, one entry per node that was selected. -#}
{% macro record_run_end(results) -%}
  {%- if ribbon._run_is_recorded() -%}
    {%- set schema = adapter.quote(ribbon.target_schema('ribbon')) -%}
    {%- set rows = [] -%}
    {%- for result in results -%}
      {%- do rows.append(ribbon._node_run(result)) -%}
    {%- endfor -%}
    {%- set lost = ribbon._batched_without_result(results) if ribbon.is_dbt_2() else [] -%}
    {%- for unique_id in lost -%}
      {%- do rows.append([
        invocation_id, unique_id, 'model', 'partial success', none, none, 'a batch failed, and dbt reports no result',
        ribbon.utc_now(),
      ]) -%}
    {%- endfor -%}
    {%- set ended = results | map(attribute='status') | map('string') -%}
    {%- set failed = ended | select('in', ['error', 'fail', 'runtime error', 'partial success']) | list -%}
    {%- set update = 'update ' ~ schema ~ '.runs set finished_at = ' ~ ribbon.sql_moment(ribbon.utc_now())
      ~ ', status = ' ~ ribbon.sql_literal('failed' if failed or lost else 'passed') ~ ' where run_id = '
      ~ ribbon.sql_literal(invocation_id) -%}
    {%- do ribbon.run_in_order(
      ribbon.inserts_of(schema ~ '.node_runs', rows) + ribbon._result_inserts(schema, results)
      + ribbon._deletes_of_old(schema) + [update]) -%}
    {#- Last, and apart: they look up relations, and whatever stops here, the run is recorded. -#}
    {%- if ribbon.gate_state().get('failing_rows') -%}{%- do ribbon._store_held_rows() -%}{%- endif -%}
    {%- do ribbon._record_table_states(schema, results) -%}
  {%- endif -%}
{%- endmacro %}

{#- The microbatch models of this run of which dbt 2 reports nothing, because a batch failed. -#}
{% macro _batched_without_result(results) -%}
  {%- set met, lost = results | map(attribute='node.unique_id') | list, [] -%}
  {%- for unique_id in selected_resources if unique_id in graph.nodes and unique_id not in met -%}
    {%- if graph.nodes[unique_id].config.incremental_strategy == 'microbatch' -%}{%- do lost.append(unique_id) -%}{%- endif -%}
  {%- endfor -%}
  {{ return(lost) }}
{%- endmacro %}

{#- dbt's command, with the option by which it left rows out. -#}
{% macro _said_command() -%}
  {{ return([flags.WHICH, ribbon._flag_of_fewer_rows()] | select | join(' ')) }}
{%- endmacro %}

{#- One row of node_runs. -#}
{% macro _node_run(result) -%}
  {{ return([
    invocation_id, result.node.unique_id, result.node.resource_type | string, result.status | string,
    result.failures if result.failures is number else none, result.execution_time,
    ribbon.masked(result.message, graph.nodes.get(result.node.unique_id)),
    ribbon.moment(result.timing[-1].completed_at) if result.timing else none,
  ]) }}
{%- endmacro %}

{#- Hooks are rendered by commands that only look, too: those write nothing. -#}
{% macro _run_is_recorded() -%}
  {{ return(execute and flags.WHICH in ['run', 'build', 'test', 'seed', 'snapshot']) }}
{%- endmacro %}
