{#- The history of what was promised and kept, in the schema `ribbon`: `expectation_results`, a row per test measured, and
    `column_profiles`, a row per column measured. Both are written when a run ends, also after failures, and kept for
    var('ribbon_history_days') days, 400 unless told. Times are UTC. -#}
{% macro _create_result_tables(schema) -%}
  {%- set results -%}
    create table if not exists {{ schema }}.expectation_results (
      run_id string, measured_at timestamp, test_id string, node_id string, expectation string, column_name string,
      arguments string, severity string, status string, gated boolean, element_count int64, unexpected_count int64,
      observed_value string, failures int64, quarantined int64, message string, reason string
    )
  {%- endset -%}
  {%- set profiles -%}
    create table if not exists {{ schema }}.column_profiles (
      run_id string, measured_at timestamp, node_id string, column_name string, row_count int64, null_count int64,
      distinct_count int64, min_value string, max_value string, top_values string
    )
  {%- endset -%}
  {%- do run_query(results) -%}
  {%- do run_query(profiles) -%}
{%- endmacro %}

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

{#- results: what dbt hands to on-run-end. A test that no measure answered is recorded from what dbt says of it. -#}
{% macro _record_results(schema, results) -%}
  {%- set rows = [] -%}
  {%- for verdict in ribbon.gate_state()['verdicts'].values() -%}{%- do rows.append(ribbon._result_row(verdict)) -%}{%- endfor -%}
  {%- for result in results if result.node.resource_type == 'test'
    and result.node.unique_id not in ribbon.gate_state()['verdicts'] -%}
    {%- if result.status | string in ['pass', 'warn', 'fail', 'error'] -%}
      {%- do rows.append(ribbon._result_row(ribbon._verdict_of_result(result))) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do ribbon._insert_rows(schema ~ '.expectation_results', rows) -%}
  {%- set profiles = [] -%}
  {%- for profile in ribbon.gate_state()['profiles'] -%}{%- do profiles.append(ribbon._profile_row(profile)) -%}{%- endfor -%}
  {%- do ribbon._insert_rows(schema ~ '.column_profiles', profiles) -%}
{%- endmacro %}

{#- What is older than the retention goes. -#}
{% macro _forget_old(schema) -%}
  {%- set days = var('ribbon_history_days', 400) | int -%}
  {%- set oldest = ribbon._utc(modules.datetime.datetime.now(modules.pytz.utc) - modules.datetime.timedelta(days=days)) -%}
  {%- for table, moment in {
    'expectation_results': 'measured_at', 'column_profiles': 'measured_at', 'node_runs': 'finished_at', 'runs': 'started_at',
    'table_states': 'measured_at',
  }.items() -%}
    {%- do run_query('delete from ' ~ schema ~ '.' ~ table ~ ' where ' ~ moment ~ ' < ' ~ oldest) -%}
  {%- endfor -%}
{%- endmacro %}

{#- A test's result in the shape of a verdict. -#}
{% macro _verdict_of_result(result) -%}
  {%- set test = graph.nodes[result.node.unique_id] -%}
  {%- set metadata = test.test_metadata or {'name': test.name, 'kwargs': {}} -%}
  {%- set node_id = ribbon._measured_node(test) if test.test_metadata else (test.depends_on.nodes or [none]) | first -%}
  {{ return({
    'test_id': test.unique_id, 'node_id': node_id, 'name': metadata.name, 'column': test.column_name,
    'status': 'fail' if result.status | string in ['fail', 'error'] else result.status | string,
    'severity': test.config.severity | lower, 'element_count': none, 'unexpected_count': none, 'observed_value': none,
    'failures': result.failures, 'quarantined': 0, 'message': result.message,
    'reason': ribbon._reason_of(test, node_id), 'measured_at': modules.datetime.datetime.now(modules.pytz.utc), 'test': test,
  }) }}
{%- endmacro %}

{#- Why readers may see what this test does not allow; none where the gate or the lake's door holds it back. -#}
{% macro _reason_of(test, node_id) -%}
  {%- if not test.test_metadata -%}{{ return('singular tests are not gated') }}{%- endif -%}
  {%- set node = graph.nodes.get(node_id) or graph.sources.get(node_id) -%}
  {{ return(ribbon.ungated_reason(test, node) if node else none) }}
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
  {%- set test = verdict.test -%}
  {{ return('(' ~ [
    ribbon.sql_literal(invocation_id), ribbon._utc(verdict.measured_at), ribbon.sql_literal(verdict.test_id),
      ribbon.sql_literal(verdict.node_id),
    ribbon.sql_literal(verdict.name), ribbon.sql_literal(verdict.column), ribbon.sql_literal(ribbon.said_arguments(test)),
      ribbon.sql_literal(verdict.severity),
    ribbon.sql_literal(verdict.status), ribbon.sql_literal(verdict.reason is none), ribbon.sql_literal(verdict.element_count),
    ribbon.sql_literal(verdict.unexpected_count), ribbon.sql_literal(verdict.observed_value),
      ribbon.sql_literal(verdict.failures),
    ribbon.sql_literal(verdict.quarantined), ribbon.sql_literal(verdict.message), ribbon.sql_literal(verdict.reason),
  ] | join(', ') ~ ')') }}
{%- endmacro %}

{% macro _profile_row(profile) -%}
  {{ return('(' ~ [
    ribbon.sql_literal(invocation_id), ribbon._utc(profile.measured_at), ribbon.sql_literal(profile.node_id),
      ribbon.sql_literal(profile.column_name),
    ribbon.sql_literal(profile.row_count), ribbon.sql_literal(profile.null_count), ribbon.sql_literal(profile.distinct_count),
    ribbon.sql_literal(profile.min_value), ribbon.sql_literal(profile.max_value), ribbon.sql_literal(profile.top_values),
  ] | join(', ') ~ ')') }}
{%- endmacro %}

{% macro _insert_rows(table, rows) -%}
  {%- for start in range(0, rows | length, 500) -%}
    {%- do run_query('insert into ' ~ table ~ ' values ' ~ rows[start:start + 500] | join(', ')) -%}
  {%- endfor -%}
{%- endmacro %}
