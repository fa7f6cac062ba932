{#- A test that was measured in this invocation hands dbt its verdict and sends no statement. One that was not is measured
    together with the other selected tests of its model, or runs as dbt runs it. -#}
{% macro materialize_test() -%}
  {%- set verdict = none if should_store_failures() else ribbon._verdict_of_test(graph.nodes[model.unique_id]) -%}
  {%- if verdict -%}
    {%- do ribbon._answer(ribbon.gate_state()['table'], verdict.failures, verdict.should_warn, verdict.should_error) -%}
    {{ return({'relations': []}) }}
  {%- endif -%}
  {%- set done = dbt.materialization_test_default() -%}
  {%- if (config.get('meta') or {}).get('on_unexpected') == 'warn' -%}
    {%- set found = load_result('main').table -%}
    {%- do ribbon._answer(found, found.rows[0][0], found.rows[0][1], false) -%}
  {%- endif -%}
  {{ return(done) }}
{%- endmacro %}

{#- What dbt takes for the answer of the running test. table: one whose first column is of whole numbers, for its type. dbt 2
    takes the rows of a statement alone. -#}
{% macro _answer(table, failures, should_warn, should_error) -%}
  {%- if ribbon.is_dbt_2() -%}
    {%- call statement('main', fetch_result=true) -%}
      select {{ failures }} as failures, {{ should_warn }} as should_warn, {{ should_error }} as should_error
    {%- endcall -%}
    {{ return('') }}
  {%- endif -%}
  {%- set number = table.column_types[0] -%}
  {%- set answer = table.from_object([
    {'failures': failures, 'should_warn': should_warn | int, 'should_error': should_error | int}
  ], column_types=[number, number, number]) -%}
  {%- call noop_statement('main', message='OK', res=answer) -%}{{ sql }}{%- endcall -%}
{%- endmacro %}

{#- The verdict on a test of this invocation, measured now if need be; none where the test has to run by itself. dbt 2 starts the
    tests of a model together, on many threads, so nothing could be measured for all of them at once. -#}
{% macro _verdict_of_test(test) -%}
  {%- set kept = ribbon.kept_verdicts() -%}
  {%- if test.unique_id not in kept and not ribbon.is_dbt_2() and ribbon._can_be_measured(test) -%}
    {%- set node_id = ribbon._measured_node(test) -%}
    {%- set node = graph.nodes.get(node_id) or graph.sources[node_id] -%}
    {%- set relation = ribbon._relation_of_node(node_id) -%}
    {%- set known = ribbon._names_of(relation, node, []) -%}
    {%- set expectations = [] -%}
    {%- set others = ribbon._measured_with(test, node_id) if ribbon._is_sound(test, relation, known) else [test] -%}
    {%- for other in others if other.unique_id == test.unique_id or ribbon._is_sound(other, relation, known) -%}
      {%- do expectations.append(ribbon._expectation_of(other, loop.index0)) -%}
    {%- endfor -%}
    {%- do ribbon.keep_verdicts(ribbon.measured_verdicts(expectations, relation, node)) -%}
  {%- endif -%}
  {{ return(kept.get(test.unique_id)) }}
{%- endmacro %}

{#- Whether a test node can be answered by a measure: not another package's SQL, not what is ephemeral and so has no relation, and
    not under --empty or --sample. -#}
{% macro _can_be_measured(test) -%}
  {{ return(test.test_metadata and ribbon.facts_of(test).fused and not ribbon._answered_by_project(test)
    and not ribbon._ephemeral_of(test) and not ribbon._flag_of_fewer_rows()) }}
{%- endmacro %}

{#- The first ephemeral model that a test reads; none where there is none. -#}
{% macro _ephemeral_of(test) -%}
  {%- for unique_id in test.depends_on.nodes if unique_id in graph.nodes -%}
    {%- if graph.nodes[unique_id].config.materialized == 'ephemeral' -%}{{ return(unique_id) }}{%- endif -%}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}

{#- The selected tests of a node that can be measured along with this one: those that were not measured and whose relations are
    all there. After the engine refused the statement of all, each is measured alone, so that one wrong condition does not fail
    every test. -#}
{% macro _measured_with(test, node_id) -%}
  {%- set tried = ribbon.gate_state().setdefault('tried', []) -%}
  {%- set trial = thread_id ~ ' ' ~ node_id -%}
  {%- if trial in tried -%}{{ return([test]) }}{%- endif -%}
  {%- do tried.append(trial) -%}
  {%- set together, built = [test], ribbon.gate_state().get('built', {}) -%}
  {%- for other in ribbon.gate_state()['tests'][node_id] if other.unique_id in selected_resources
    and other.unique_id != test.unique_id and other.unique_id not in ribbon.gate_state()['verdicts'] -%}
    {%- if ribbon._can_be_measured(other) and ribbon.reads_what_is_there(ribbon.facts_of(other), built) -%}
      {%- do together.append(other) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(together) }}
{%- endmacro %}
