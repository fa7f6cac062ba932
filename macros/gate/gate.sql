{#- The gate: measures a candidate before readers see it, and raises where it fails, so that what follows never happens.
    A materialization calls it once, with the whole candidate; an incremental one twice.
    relation: the candidate, a relation or a sub-query in parentheses.
    part: `whole`; `arriving` for the rows that an incremental stages, whose row expectations are measured; `merged` for the table
    after they were merged, on which everything else is. -#}
{% macro gate(relation, part='whole') -%}
  {%- if execute and _is_measuring() -%}
    {%- set node = graph.nodes[model.unique_id] -%}
    {%- set expectations = _gated_expectations(node, relation, part) -%}
    {%- set columns = [] if part == 'arriving' or relation is string else _profiled_columns(node, relation) -%}
    {%- set verdicts = measured_verdicts(expectations, relation, node, columns) -%}
    {%- do keep_verdicts(verdicts) -%}
    {%- set failed = verdicts | selectattr('status', 'equalto', 'fail') | list -%}
    {%- if failed -%}
      {%- do _forget_profiles(node) -%}
      {%- do exceptions.raise_compiler_error(failure_message(node, relation, verdicts)) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{#- Nothing is measured on rows that are missing on purpose. -#}
{% macro _is_measuring() -%}
  {%- for name in ['EMPTY', 'SAMPLE'] -%}
    {%- if flags[name] -%}
      {%- do _say_once('The gate does not measure under --' ~ name | lower ~ ': expectations speak of whole tables.') -%}
      {{ return(false) }}
    {%- endif -%}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro %}

{% macro _gated_expectations(node, relation, part) -%}
  {%- set expectations = [] -%}
  {%- for test in gate_state()['tests'].get(node.unique_id, []) if not ungated_reason(test, node) -%}
    {%- set expectation = _expectation_of(test, loop.index0) -%}
    {%- if expectation.fused -%}{%- do _add_measures([expectation], relation) -%}{%- endif -%}
    {%- if part == 'whole' or (part == 'arriving') == _is_of_each_row(expectation) -%}
      {%- do expectations.append(expectation) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(expectations) }}
{%- endmacro %}

{% macro _is_of_each_row(expectation) -%}
  {{ return(expectation.fused and expectation.measure.form == 'rows' and not expectation.measure.windowed) }}
{%- endmacro %}

{#- Verdicts are kept by test. A model that is built in batches has one of each: the worst is kept, and rows add up. -#}
{% macro keep_verdicts(verdicts) -%}
  {%- set kept = gate_state()['verdicts'] -%}
  {%- for verdict in verdicts -%}
    {%- do kept.update({verdict.test_id: verdict}) -%}
  {%- endfor -%}
{%- endmacro %}

{#- Why the gate cannot hold an expectation back before readers see it; none where it can. -#}
{% macro ungated_reason(test, node) -%}
  {%- if node.resource_type == 'model' and node.config.materialized not in ['table', 'incremental', 'view'] -%}
    {{ return('the materialization ' ~ node.config.materialized ~ ' has no gate') }}
  {%- endif -%}
  {%- set others = test.depends_on.nodes | reject('equalto', node.unique_id) | list -%}
  {%- for other in others if other not in _ancestors(node.unique_id) -%}
    {{ return(other.split('.')[2:] | join('.') ~ ' is no ancestor of it; write -- depends_on: to make it one') }}
  {%- endfor -%}
  {%- if others | length > 1 and not _is_fused(test) -%}
    {{ return('it reads several other relations') }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{#- Every node that a node reads, through to the sources. -#}
{% macro _ancestors(unique_id) -%}
  {%- set known = gate_state().setdefault('ancestors', {}) -%}
  {%- if unique_id not in known -%}
    {%- set found = {} -%}
    {%- for parent in (graph.nodes.get(unique_id) or {}).get('depends_on', {}).get('nodes', []) -%}
      {%- do found.update({parent: true}) -%}
      {%- do found.update(_ancestors(parent)) -%}
    {%- endfor -%}
    {%- do known.update({unique_id: found}) -%}
  {%- endif -%}
  {{ return(known[unique_id]) }}
{%- endmacro %}
