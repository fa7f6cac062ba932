{#- Why the gate does not promise to measure a test before the table is replaced; none where it does. dbt runs such a test after
    the build, in its own context, and `ribbon publish` takes no table that has not passed it. -#}
{% macro ungated_reason(test, node) -%}
  {%- set reason = ribbon._reason_not_to_measure(test, node) -%}
  {%- if reason or node.resource_type == 'source' -%}{{ return(reason) }}{%- endif -%}
  {%- for other in ribbon._others_of(test, node) if not ribbon._is_upstream(other, node) -%}
    {{ return('it reads a relation that may be built later') }}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}

{#- Whether the gate measures a test on the candidate in this run: all that it reads is there. -#}
{% macro joins_gate(test, node) -%}
  {{ return(not ribbon._reason_not_to_measure(test, node) and ribbon._reads_what_is_there(test, node)) }}
{%- endmacro %}

{#- Whether all that a test reads besides `node` is as this run will leave it. -#}
{% macro _reads_what_is_there(test, node) -%}
  {%- for other in ribbon._others_of(test, node) if not ribbon._is_upstream(other, node) and not ribbon._is_settled(other) -%}
    {{ return(false) }}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro %}

{#- What this run has yet to build shows what it was before. -#}
{% macro _is_settled(unique_id) -%}
  {{ return(
    unique_id in ribbon.gate_state().get('built', {}) or (unique_id not in selected_resources and ribbon._exists(unique_id))
  ) }}
{%- endmacro %}

{#- The running model has its new rows, for all to see. A batch is not all of them. -#}
{% macro note_built() -%}
  {%- if execute and not model.get('batch') -%}
    {%- do ribbon.gate_state().setdefault('built', {}).update({model.unique_id: true}) -%}
  {%- endif -%}
{%- endmacro %}

{% macro _reason_not_to_measure(test, node) -%}
  {%- if node.resource_type != 'source' and node.config.materialized not in ribbon.gated_materializations() -%}
    {{ return('the materialization ' ~ node.config.materialized ~ ' is not gated') }}
  {%- elif not ribbon._has_measure(test) and not ribbon._runs_dbts_sql(test) -%}
    {{ return('it has no measure') }}
  {%- elif ribbon._answered_by_project(test) -%}
    {{ return('the project has a ' ~ ribbon._answered_by_project(test) ~ ' of its own') }}
  {%- elif ribbon._ephemeral_of(test) -%}
    {{ return('it reads ' ~ ribbon._ephemeral_of(test).split('.')[2:] | join('.') ~ ', an ephemeral model') }}
  {%- elif ribbon._others_of(test, node) | length > 1 and not ribbon._is_fused(test) -%}
    {{ return('it runs SQL of its own that reads several other relations') }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{#- What a test reads besides the node that it measures. -#}
{% macro _others_of(test, node) -%}{{ return(test.depends_on.nodes | reject('equalto', node.unique_id) | list) }}{%- endmacro %}

{% macro _is_upstream(unique_id, node) -%}
  {{ return(unique_id.startswith('source.') or unique_id in ribbon._ancestors(node.unique_id)) }}
{%- endmacro %}

{% macro _exists(unique_id) -%}
  {%- set relation = ribbon._relation_of_node(unique_id) -%}
  {{ return(adapter.get_relation(relation.database, relation.schema, relation.identifier) is not none) }}
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
