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

{#- results: what dbt hands to on-run-end. A test that no measure answered is recorded from what dbt says of it. -#}
{% macro _record_results(schema, results) -%}
  {%- set rows = [] -%}
  {%- for verdict in ribbon.kept_verdicts().values() -%}{%- do rows.append(ribbon._result_row(verdict)) -%}{%- endfor -%}
  {%- for result in results if result.node.resource_type == 'test'
    and result.node.unique_id not in ribbon.gate_state()['verdicts'] -%}
    {%- if result.status | string in ['pass', 'warn', 'fail', 'error'] -%}
      {%- do rows.append(ribbon._result_row(ribbon._verdict_of_result(result))) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do ribbon._insert_rows(schema ~ '.expectation_results', rows) -%}
  {%- set profiles = [] -%}
  {%- for measured in ribbon.gate_state()['profiles'].values() -%}
    {%- for profile in measured -%}{%- do profiles.append(ribbon._profile_row(profile)) -%}{%- endfor -%}
  {%- endfor -%}
  {%- do ribbon._insert_rows(schema ~ '.column_profiles', profiles) -%}
{%- endmacro %}

{#- What is older than the retention goes. -#}
{% macro _forget_old(schema) -%}
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
  {%- do run_query(deletes | join('; ')) -%}
{%- endmacro %}

{#- A test's result in the shape of a verdict. -#}
{% macro _verdict_of_result(result) -%}
  {%- set test = graph.nodes[result.node.unique_id] -%}
  {%- set metadata = test.test_metadata or {'name': test.name, 'kwargs': {}} -%}
  {%- set node_id = ribbon._measured_node(test) if test.test_metadata else (test.depends_on.nodes or [none]) | first -%}
  {{ return({
    'test_id': test.unique_id, 'node_id': node_id, 'name': metadata.name, 'column': test.get('column_name'),
    'status': 'fail' if result.status | string in ['fail', 'error'] else result.status | string,
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
  {{ return(ribbon.sql_tuple([
    invocation_id, verdict.measured_at, verdict.test_id, verdict.node_id, verdict.name, verdict.column,
    ribbon.said_arguments(verdict.test), verdict.severity, verdict.status, verdict.reason is none, verdict.element_count,
    verdict.unexpected_count, verdict.observed_value, verdict.failures, verdict.quarantined, verdict.message, verdict.reason,
  ])) }}
{%- endmacro %}

{% macro _profile_row(profile) -%}
  {{ return(ribbon.sql_tuple([
    invocation_id, profile.measured_at, profile.node_id, profile.column_name, profile.row_count, profile.null_count,
    profile.distinct_count, profile.min_value, profile.max_value, profile.top_values,
  ])) }}
{%- endmacro %}

{% macro _insert_rows(table, rows) -%}
  {%- for start in range(0, rows | length, 500) -%}
    {%- do run_query('insert into ' ~ table ~ ' values ' ~ rows[start:start + 500] | join(', ')) -%}
  {%- endfor -%}
{%- endmacro %}
