{#- Why the gate does not promise to measure a test before the table is replaced; none where it does. dbt runs such a test after
    the build, in its own context, and `ribbon publish` takes no table that has not passed it. -#}
{% macro ungated_reason(test) -%}{{ return(ribbon.facts_of(test).reason) }}{%- endmacro %}

{#- Whether the gate measures a test on the candidate in this run: all that it reads is upstream, or not part of the run. What the
    run has built beside the model may not be visible yet in the model's transaction. -#}
{% macro joins_gate(test) -%}
  {%- set facts = ribbon.facts_of(test) -%}
  {{ return(not facts.unmeasured and (not facts.later or ribbon.reads_what_is_there(facts, {}))) }}
{%- endmacro %}

{#- Whether all that a test reads besides what it measures is as this run leaves it. built: what the run has built by now. -#}
{% macro reads_what_is_there(facts, built) -%}
  {%- for other in facts.later if other not in built -%}
    {%- if other.startswith('source.') or other in selected_resources or not ribbon._exists(other) -%}
      {{ return(false) }}
    {%- endif -%}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro %}

{#- What the gate knows of a test, looked up once, for macros are slow and hooks ask for every test:
    has_measure, fused   whether it is a measure, and joins the one statement: it counts its failures in rows
    others, later        what it reads besides the node it measures, and what of it is not upstream of that
    unmeasured           why the gate cannot measure it at all; none where it can
    reason               why it does not promise to; none where it does -#}
{% macro facts_of(test) -%}
  {%- set known = ribbon.gate_state()['facts'] -%}
  {%- if test.unique_id not in known -%}
    {%- set node_id = ribbon._measured_node(test) -%}
    {%- set node = graph.nodes.get(node_id) or graph.sources[node_id] -%}
    {%- set has_measure = ribbon._has_measure(test) -%}
    {%- set facts = {
      'has_measure': has_measure, 'fused': has_measure and (test.config.fail_calc or 'count(*)') | trim == 'count(*)',
      'others': test.depends_on.nodes | reject('equalto', node_id) | list, 'later': [],
    } -%}
    {%- for other in facts.others -%}
      {%- set is_there = not ribbon._is_loaded_by_plugin(other) if other.startswith('source.')
        else other in ribbon._ancestors(node_id) -%}
      {%- if not is_there and other not in (node.get('depends_on') or {}).get('nodes', []) -%}
        {%- do facts.later.append(other) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set unmeasured = ribbon._reason_not_to_measure(test, node, facts) -%}
    {%- set reason = none -%}
    {%- if node.resource_type == 'source' -%}
      {%- set reason = none if 'delivery' in (node.config.get('meta') or {}) else 'Ribbon does not land this source' -%}
    {%- elif facts.later -%}
      {%- set reason = 'it reads a relation that may be built later' -%}
    {%- endif -%}
    {%- do facts.update({'unmeasured': unmeasured, 'reason': unmeasured or reason}) -%}
    {%- do known.update({test.unique_id: facts}) -%}
  {%- endif -%}
  {{ return(known[test.unique_id]) }}
{%- endmacro %}

{#- The running model has its new rows, for all to see, and what was measured is of these: its state is kept now, because hooks of
    others may write to it before the run ends. A batch is not all of them. -#}
{% macro note_built() -%}
  {%- if execute and not model.get('batch') -%}
    {%- do ribbon.gate_state().setdefault('built', {}).update({model.unique_id: true}) -%}
    {%- do ribbon.keep_state(model.unique_id) -%}
  {%- endif -%}
{%- endmacro %}

{% macro _reason_not_to_measure(test, node, facts) -%}
  {%- if node.resource_type != 'source' and ribbon.materialization_of(node) not in ribbon.gate_state()['gated'] -%}
    {{ return('the materialization ' ~ ribbon.materialization_of(node) ~ ' is not gated') }}
  {%- elif not facts.has_measure and not ribbon._runs_dbts_sql(test) -%}
    {{ return('it has no measure') }}
  {%- elif ribbon._answered_by_project(test) -%}
    {{ return('the project has a ' ~ ribbon._answered_by_project(test) ~ ' of its own') }}
  {%- elif ribbon._ephemeral_of(test) -%}
    {{ return('it reads an ephemeral model') }}
  {%- elif facts.others | length > 1 and not facts.fused -%}
    {{ return('it runs SQL of its own that reads several other relations') }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{#- Whether a plugin of dbt-duckdb's fills a source: it does so each time that dbt compiles what reads it. -#}
{% macro _is_loaded_by_plugin(unique_id) -%}
  {%- set source = graph.sources[unique_id] -%}
  {{ return(adapter.type() == 'duckdb' and ('plugin' in (source.meta or {}) or 'plugin' in source.config)) }}
{%- endmacro %}

{% macro _exists(unique_id) -%}
  {%- set relation = ribbon._relation_of_node(unique_id) -%}
  {{ return(adapter.get_relation(relation.database, relation.schema, relation.identifier) is not none) }}
{%- endmacro %}

{#- dbt 2 says no materialization of seeds and snapshots. -#}
{% macro materialization_of(node) -%}
  {{ return(node.resource_type if node.resource_type in ['seed', 'snapshot'] else node.config.materialized) }}
{%- endmacro %}

{#- The materializations that the gate is in: none on an adapter that the project's wrappers do not speak of. -#}
{% macro gated_materializations() -%}
  {{ return(adapter.dispatch('gated_materializations', 'ribbon')()) }}
{%- endmacro %}

{% macro default__gated_materializations() -%}{{ return([]) }}{%- endmacro %}

{#- Every node that a node reads, through to the sources. -#}
{% macro _ancestors(unique_id) -%}
  {%- set known = ribbon.gate_state().setdefault('ancestors', {}) -%}
  {%- if unique_id not in known -%}
    {%- set found = {} -%}
    {%- for parent in (graph.nodes.get(unique_id) or {}).get('depends_on', {}).get('nodes', []) -%}
      {%- do found.update({parent: true}) -%}
      {%- do found.update(ribbon._ancestors(parent)) -%}
    {%- endfor -%}
    {%- do known.update({unique_id: found}) -%}
  {%- endif -%}
  {{ return(known[unique_id]) }}
{%- endmacro %}
