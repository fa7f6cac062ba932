{#- The history of what was promised and kept, in the schema `ribbon`: `expectation_results`, a row per test measured, and
    `column_profiles`, a row per column measured. Both are written when a run ends, also after failures, and kept for
    var('ribbon_history_days') days, 400 unless told. Times are UTC. -#}

{#- What earlier runs know: by node, the columns that had at most 10,000 distinct values, and twenty rows for each. -#}
{% macro _recall_profiles(schema) -%}
  {%- set query -%}
    with numbered as (
      select *, row_number() over (partition by node_id, column_name order by measured_at desc) as place
      from {{ schema }}.column_profiles
    )

    select node_id, column_name
    from numbered
    where place = 1 and distinct_count <= 10000 and distinct_count * 20 <= row_count
  {%- endset -%}
  {%- set few = {} -%}
  {%- for row in run_query(query).rows -%}
    {%- do few.setdefault(row['node_id'], []).append(row['column_name']) -%}
  {%- endfor -%}
  {%- do ribbon.gate_state().update({'few_valued': few}) -%}
{%- endmacro %}

{#- Statements that record them. results: what dbt hands to on-run-end. A test that no measure answered is recorded from what dbt
    says of it. -#}
{% macro _result_inserts(schema, results) -%}
  {%- set rows = [] -%}
  {%- for verdict in ribbon.kept_verdicts().values() -%}{%- do rows.append(ribbon._result_row(verdict)) -%}{%- endfor -%}
  {%- for result in results if result.node.resource_type == 'test'
    and result.node.unique_id not in ribbon.gate_state()['verdicts'] -%}
    {%- if result.status | string in ['pass', 'warn', 'fail', 'error'] -%}
      {%- do rows.append(ribbon._result_row(ribbon._verdict_of_result(result))) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set profiles = [] -%}
  {%- for measured in ribbon.gate_state()['profiles'].values() -%}
    {%- for profile in measured -%}{%- do profiles.append(ribbon._profile_row(profile)) -%}{%- endfor -%}
  {%- endfor -%}
  {{ return(
    ribbon.inserts_of(schema ~ '.expectation_results', rows) + ribbon.inserts_of(schema ~ '.column_profiles', profiles)
  ) }}
{%- endmacro %}

{#- Statements by which what is older than the retention goes. -#}
{% macro _deletes_of_old(schema) -%}
  {%- set days = var('ribbon_history_days', 400) | int -%}
  {%- set now = modules.datetime.datetime.now(modules.pytz.utc) -%}
  {%- set oldest = ribbon.sql_moment(ribbon.moment(now - modules.datetime.timedelta(days=days))) -%}
  {%- set deletes = [] -%}
  {%- for table, moment in {
    'expectation_results': 'measured_at', 'column_profiles': 'measured_at', 'node_runs': 'finished_at', 'runs': 'started_at',
    'table_states': 'measured_at',
  }.items() -%}
    {%- do deletes.append('delete from ' ~ schema ~ '.' ~ table ~ ' where ' ~ moment ~ ' < ' ~ oldest) -%}
  {%- endfor -%}
  {{ return(deletes) }}
{%- endmacro %}

{#- A test's result in the shape of a verdict. -#}
{% macro _verdict_of_result(result) -%}
  {%- set test = graph.nodes[result.node.unique_id] -%}
  {%- set metadata = test.test_metadata or {'name': test.name, 'kwargs': {}} -%}
  {%- set node_id = ribbon._measured_node(test) if test.test_metadata else (test.depends_on.nodes or [none]) | first -%}
  {{ return({
    'test_id': test.unique_id, 'node_id': node_id, 'name': metadata.name, 'column': test.get('column_name'),
    'status': result.status | string,
    'severity': test.config.severity | lower, 'element_count': none, 'unexpected_count': none, 'observed_value': none,
    'failures': result.failures if result.failures is number else none, 'quarantined': 0,
    'message': ribbon._message_of_result(result),
    'reason': ribbon._reason_of(test), 'measured_at': ribbon.utc_now(), 'test': test,
  }) }}
{%- endmacro %}

{#- What dbt says of a test that did not pass. dbt 2 says no more than that. -#}
{% macro _message_of_result(result) -%}
  {%- set status = result.status | string -%}
  {%- if status == 'pass' -%}{{ return(none) }}{%- endif -%}
  {%- if ribbon.is_dbt_2() and result.failures is number and status in ['fail', 'warn'] -%}
    {{ return('Got ' ~ result.failures ~ ' results') }}
  {%- endif -%}
  {{ return(ribbon.masked(result.message, graph.nodes[result.node.unique_id])) }}
{%- endmacro %}

{#- Why the gate does not promise to measure a test; none where it, or the lake's door, does. -#}
{% macro _reason_of(test) -%}
  {{ return(ribbon.ungated_reason(test) if test.test_metadata else 'singular tests are not gated') }}
{%- endmacro %}

{#- The arguments of a test and its `where`, as JSON in the order of their names. -#}
{% macro said_arguments(test) -%}
  {%- set arguments = {} -%}
  {%- for name, value in (test.test_metadata.kwargs if test.test_metadata else {}).items() if name != 'model' -%}
    {%- do arguments.update({name: value}) -%}
  {%- endfor -%}
  {%- if test.config.where -%}{%- do arguments.update({'where': test.config.where}) -%}{%- endif -%}
  {{ return(tojson(arguments, sort_keys=true)) }}
{%- endmacro %}

{% macro _result_row(verdict) -%}
  {{ return([
    invocation_id, verdict.measured_at, verdict.test_id, verdict.node_id, verdict.name, verdict.column,
    ribbon.said_arguments(verdict.test), verdict.severity, verdict.status, verdict.reason is none, verdict.element_count,
    verdict.unexpected_count, verdict.observed_value, verdict.failures, verdict.quarantined, verdict.message, verdict.reason,
  ]) }}
{%- endmacro %}

{% macro _profile_row(profile) -%}
  {{ return([
    invocation_id, profile.measured_at, profile.node_id, profile.column_name, profile.row_count, profile.null_count,
    profile.distinct_count, profile.min_value, profile.max_value, profile.top_values,
  ]) }}
{%- endmacro %}

{#- Statements that insert rows, which are lists of values, moments among them. -#}
{% macro inserts_of(table, rows) -%}
  {%- set statements = [] -%}
  {%- for start in range(0, rows | length, 500) -%}
    {%- set inserted = adapter.dispatch('_rows_as_sql', 'ribbon')(rows[start:start + 500]) -%}
    {%- do statements.append('insert into ' ~ table ~ ' ' ~ inserted) -%}
  {%- endfor -%}
  {{ return(statements) }}
{%- endmacro %}

{#- One text, not a literal for each value: DuckDB reads that five times as fast. Each column takes its type from the table. -#}
{% macro default___rows_as_sql(rows) -%}
  {%- set told, columns = [], [] -%}
  {%- for row in rows -%}
    {%- set values = [] -%}
    {%- for value in row -%}{%- do values.append(value.utc if value is mapping else value) -%}{%- endfor -%}
    {%- do told.append(values) -%}
  {%- endfor -%}
  {%- for _ in rows[0] -%}{%- do columns.append('told[' ~ loop.index ~ ']') -%}{%- endfor -%}
  {{ return(
    'select ' ~ columns | join(', ') ~ ' from (select unnest(from_json(' ~ ribbon.sql_literal(tojson(told))
    ~ ', \'[["varchar"]]\')) as told) as rows') }}
{%- endmacro %}

{% macro bigquery___rows_as_sql(rows) -%}
  {%- set tuples = [] -%}
  {%- for row in rows -%}{%- do tuples.append(ribbon.sql_tuple(row)) -%}{%- endfor -%}
  {{ return('values ' ~ tuples | join(', ')) }}
{%- endmacro %}

{#- Runs statements one by one; under dbt 2, where each would be a transaction and a call by itself, as one script. -#}
{% macro run_in_order(statements) -%}
  {%- if adapter.type() == 'duckdb' and ribbon.is_dbt_2() -%}
    {%- if statements -%}{%- do ribbon.run_script(statements) -%}{%- endif -%}
  {%- else -%}
    {%- for statement in statements -%}{%- do run_query(statement) -%}{%- endfor -%}
  {%- endif -%}
{%- endmacro %}
