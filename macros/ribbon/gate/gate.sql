{#- The gate: measures a candidate before readers see it, and raises where it fails, so that what follows never happens.
    A materialization calls it once, with the whole candidate; an incremental one twice.
    relation: the candidate, a relation or a sub-query in parentheses.
    part: `whole`; `arriving` for the rows that an incremental stages, of which some may be set aside; `merged` for the table
    after they were merged, on which everything is measured, because that is what readers see; `batch` for the rows of one
    batch in it.
    discard: the relations to drop before it raises, where no transaction takes them back.
    hooks_ran: whether the post-hooks have run; the gate waits for those that it can take back. -#}
{% macro gate(relation, part='whole', discard=[], hooks_ran=false) -%}
  {%- set waits = part != 'arriving' and not hooks_ran and ribbon._hooks_come_first() -%}
  {%- if execute and not waits and flags.WHICH != 'clone' and ribbon._is_measuring() -%}
    {%- set node = graph.nodes[model.unique_id] -%}
    {%- set expectations = ribbon._gated_expectations(node, relation, part) -%}
    {%- set columns = [] if part == 'arriving' or relation is string
      else ribbon._profiled_columns(node, relation, counted=true) -%}
    {%- set first = ribbon.measured_verdicts(expectations, relation, node, columns) -%}
    {%- set asking = expectations | selectattr('on_unexpected', 'equalto', 'quarantine') | list -%}
    {%- set verdicts = ribbon.quarantined_verdicts(first, expectations, asking, relation, node, part, columns) if asking
      else first -%}
    {%- if not asking -%}{%- do ribbon.forget_published(relation, node, part) -%}{%- endif -%}
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

{#- Measures the rows of the running batch in the table that they were merged into; nothing where no batch runs. -#}
{% macro gate_batch(relation, discard=[], hooks_ran=false) -%}
  {%- if model.get('batch') -%}
    {%- set rows = '(select * from ' ~ relation ~ ' where ' ~ ribbon._in_batch() ~ ') as ribbon_batch' -%}
    {%- do ribbon.gate(rows, 'batch', discard, hooks_ran) -%}
  {%- endif -%}
{%- endmacro %}

{#- SQL that picks the rows of the running batch. -#}
{% macro _in_batch() -%}
  {%- set time, batch = config.get('event_time'), model.batch -%}
  {{ return(time ~ " >= '" ~ batch.event_time_start ~ "' and " ~ time ~ " < '" ~ batch.event_time_end ~ "'") }}
{%- endmacro %}

{#- Drops relations that were committed, for good: what is open is rolled back first. -#}
{% macro _discard(relations) -%}
  {{ return(adapter.dispatch('_discard', 'ribbon')(relations)) }}
{%- endmacro %}

{% macro default___discard(relations) -%}
  {%- if ribbon.is_dbt_2() -%}
    {%- for relation in relations -%}{%- do adapter.drop_relation(relation) -%}{%- endfor -%}
    {{ return('') }}
  {%- endif -%}
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

{#- The option of this invocation that leaves rows out; none where all are there. dbt keeps `sample` out of its flags, and dbt 2
    out of its arguments, too. -#}
{% macro _flag_of_fewer_rows() -%}
  {%- if flags.EMPTY -%}{{ return('--empty') }}{%- endif -%}
  {%- set typed = (invocation_args_dict.get('invocation_command') or '').split() if ribbon.is_dbt_2() else [] -%}
  {%- for word in typed if word.split('=')[0] == '--sample' -%}{{ return('--sample') }}{%- endfor -%}
  {{ return('--sample' if invocation_args_dict.get('sample') or (ribbon.is_dbt_2() and env_var('DBT_SAMPLE', '')) else none) }}
{%- endmacro %}

{% macro _gated_expectations(node, relation, part) -%}
  {%- set expectations = [] -%}
  {%- for test in ribbon.gate_state()['tests'].get(node.unique_id, []) if ribbon.joins_gate(test) -%}
    {%- set expectation = ribbon._expectation_of(test, loop.index0) -%}
    {%- if expectation.fused -%}{%- do ribbon._add_measures([expectation], relation) -%}{%- endif -%}
    {%- if part == 'whole' or part in ribbon._parts_of(expectation) -%}
      {%- if part in ['merged', 'batch'] and expectation.on_unexpected == 'quarantine' -%}
        {%- do expectation.update({'on_unexpected': 'fail'}) -%}
      {%- endif -%}
      {%- do expectations.append(expectation) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(expectations) }}
{%- endmacro %}

{#- Where an incremental measures an expectation: on the merged table. What may be set aside is taken out of the rows that
    arrive first. In a batch, an expectation of each row is measured on the rows of the batch alone: a year has 365 of them. -#}
{% macro _parts_of(expectation) -%}
  {%- set is_of_rows = expectation.fused and expectation.measure.form in ['rows', 'duplicates'] -%}
  {%- set of_arriving = is_of_rows and not expectation.measure.windowed and expectation.on_unexpected == 'quarantine' -%}
  {%- if not (ribbon._is_in_batches(expectation.test) and ribbon._is_of_each_row(expectation)) -%}
    {{ return(['arriving', 'merged'] if of_arriving else ['merged']) }}
  {%- endif -%}
  {{ return(['arriving'] if of_arriving else ['batch']) }}
{%- endmacro %}

{#- Whether the running model is built in batches; where none runs, whether it will be. -#}
{% macro _is_in_batches(test) -%}
  {%- if model is defined -%}{{ return(model.get('batch') is not none) }}{%- endif -%}
  {{ return(graph.nodes[ribbon._measured_node(test)].config.get('incremental_strategy') == 'microbatch') }}
{%- endmacro %}

{% macro _is_of_each_row(expectation) -%}
  {{ return(
    expectation.fused and expectation.measure.form == 'rows' and not expectation.measure.windowed
    and expectation.measure.mostly | float == 1
    and not ribbon.facts_of(expectation.test).others and not ribbon._names_itself(expectation.test)) }}
{%- endmacro %}
