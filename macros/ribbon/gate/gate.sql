{#- The gate: measures a candidate before readers see it, and raises where it fails, so that what follows never happens.
    A materialization calls it once, with the whole candidate; an incremental one twice.
    relation: the candidate, a relation or a sub-query in parentheses.
    part: `whole`; `arriving` for the rows that an incremental stages, whose row expectations are measured; `merged` for the table
    after they were merged, on which everything else is.
    discard: the relations to drop before it raises, where no transaction takes them back. -#}
{% macro gate(relation, part='whole', discard=[]) -%}
  {%- if execute and flags.WHICH != 'clone' and ribbon._is_measuring() -%}
    {%- set node = graph.nodes[model.unique_id] -%}
    {%- set expectations = ribbon._gated_expectations(node, relation, part) -%}
    {%- set columns = [] if part == 'arriving' or relation is string else ribbon._profiled_columns(node, relation) -%}
    {%- set first = ribbon.measured_verdicts(expectations, relation, node, columns) -%}
    {%- set verdicts = ribbon.quarantined_verdicts(first, expectations, relation, node, part, columns) -%}
    {%- do ribbon.keep_verdicts(verdicts) -%}
    {%- do ribbon._tell_amber(verdicts) -%}
    {%- set failed = verdicts | selectattr('status', 'equalto', 'fail') | list -%}
    {%- if failed -%}
      {%- do ribbon._forget_profiles(node) -%}
      {%- set message = ribbon.failure_message(node, relation, verdicts) -%}
      {%- do ribbon._hold_failing_rows(failed, relation, node) -%}
      {%- if discard -%}{%- do ribbon._discard(discard) -%}{%- endif -%}
      {%- do exceptions.raise_compiler_error(message) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{#- Drops relations that were committed, for good: what is open is rolled back first. -#}
{% macro _discard(relations) -%}
  {{ return(adapter.dispatch('_discard', 'ribbon')(relations)) }}
{%- endmacro %}

{% macro default___discard(relations) -%}
  {%- do adapter.ensure_transaction() -%}
  {%- do run_query('rollback') -%}
  {%- for relation in relations -%}{%- do adapter.drop_relation(relation) -%}{%- endfor -%}
  {%- do run_query('begin transaction') -%}
{%- endmacro %}

{% macro bigquery___discard(relations) -%}
  {%- for relation in relations -%}{%- do ribbon._drop_candidate(relation) -%}{%- endfor -%}
{%- endmacro %}

{#- `dbt build` runs test nodes that tell what is amber; without them, the gate does. -#}
{% macro _tell_amber(verdicts) -%}
  {%- for verdict in verdicts if verdict.status == 'warn' and flags.WHICH != 'build' -%}
    {%- do exceptions.warn(verdict.node_id.split('.')[2:] | join('.') ~ ': ' ~ verdict.message) -%}
  {%- endfor -%}
{%- endmacro %}

{#- Nothing is measured on rows that are missing on purpose. -#}
{% macro _is_measuring() -%}
  {%- if ribbon._flag_of_fewer_rows() -%}
    {%- do ribbon._say_once('The gate does not measure under ' ~ ribbon._flag_of_fewer_rows()
      ~ ': expectations apply to whole tables.') -%}
  {%- endif -%}
  {{ return(not ribbon._flag_of_fewer_rows()) }}
{%- endmacro %}

{#- The option of this invocation that leaves rows out; none where all are there. dbt keeps `sample` out of its flags. -#}
{% macro _flag_of_fewer_rows() -%}
  {{ return('--empty' if flags.EMPTY else ('--sample' if invocation_args_dict.get('sample') else none)) }}
{%- endmacro %}

{% macro _gated_expectations(node, relation, part) -%}
  {%- set expectations = [] -%}
  {%- for test in ribbon.gate_state()['tests'].get(node.unique_id, []) if ribbon.joins_gate(test, node) -%}
    {%- set expectation = ribbon._expectation_of(test, loop.index0) -%}
    {%- if expectation.fused -%}{%- do ribbon._add_measures([expectation], relation) -%}{%- endif -%}
    {%- if part == 'merged' and expectation.on_unexpected == 'quarantine' -%}
      {%- do expectation.update({'on_unexpected': 'fail'}) -%}
    {%- endif -%}
    {%- if part == 'whole' or part in ribbon._parts_of(expectation) -%}
      {%- do expectations.append(expectation) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(expectations) }}
{%- endmacro %}

{#- Where an incremental measures an expectation: one of each row on the rows that arrive, as those before kept it when they
    arrived; anything else on the merged table, also a lookup in a relation that may have changed since, and an expectation that
    is new. What is to be quarantined is both: rows that arrive are set aside, rows that readers already see fail. -#}
{% macro _parts_of(expectation) -%}
  {%- if not expectation.fused -%}{{ return(['merged']) }}{%- endif -%}
  {%- set is_of_rows = expectation.measure.form in ['rows', 'duplicates'] and not expectation.measure.windowed -%}
  {%- set on_merged = not ribbon._is_of_each_row(expectation) or ribbon._is_new(expectation.test) -%}
  {%- if is_of_rows and expectation.test.config.meta.get('on_unexpected') == 'quarantine' -%}
    {{ return(['arriving', 'merged'] if on_merged else ['arriving']) }}
  {%- endif -%}
  {{ return(['merged'] if on_merged else ['arriving']) }}
{%- endmacro %}

{% macro _is_of_each_row(expectation) -%}
  {%- set reads_others = expectation.test.depends_on.nodes | length > 1 or ribbon._names_itself(expectation.test) -%}
  {{ return(
    expectation.fused and expectation.measure.form == 'rows' and not expectation.measure.windowed and not reads_others) }}
{%- endmacro %}

{#- Whether no earlier run measured an expectation with these arguments. -#}
{% macro _is_new(test) -%}
  {{ return(ribbon.gate_state().get('measured_before', {}).get(test.unique_id) != ribbon.said_arguments(test)) }}
{%- endmacro %}

{#- Verdicts are kept by test. A model that is built in batches has one of each: the newest is kept, except of an expectation of
    each row, where the worst is and rows add up. That rows were set aside is kept where the merged table is fine. -#}
{% macro keep_verdicts(verdicts) -%}
  {%- set kept = ribbon.gate_state()['verdicts'] -%}
  {%- for verdict in verdicts -%}
    {%- set other = kept.get(verdict.test_id) -%}
    {%- if other and model.get('batch') and ribbon._is_of_each_row(verdict.expectation) -%}
      {%- do kept.update({verdict.test_id: dict(verdict, **ribbon._of_both_batches(other, verdict))}) -%}
    {%- elif not (other and other.quarantined and verdict.status == 'pass') -%}
      {%- do kept.update({verdict.test_id: verdict}) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro _of_both_batches(one, other) -%}
  {%- set worst = one if one.status == 'fail' or other.status == 'pass' else other -%}
  {%- set both = {'status': worst.status, 'message': worst.message} -%}
  {%- for name in ['should_warn', 'should_error'] -%}{%- do both.update({name: one[name] or other[name]}) -%}{%- endfor -%}
  {%- for name in ['element_count', 'unexpected_count', 'failures', 'quarantined'] -%}
    {%- do both.update({name: one[name] + other[name]}) -%}
  {%- endfor -%}
  {{ return(both) }}
{%- endmacro %}
