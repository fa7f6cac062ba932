{#- Why the gate does not promise to measure a test before the table is replaced; none where it does. dbt runs such a test after
    the build, in its own context, and `ribbon publish` takes no table that has not passed it. -#}
{% macro ungated_reason(test, node) -%}
  {%- set reason = ribbon._reason_not_to_measure(test, node) -%}
  {%- if reason or node.resource_type == 'source' -%}{{ return(reason) }}{%- endif -%}
  {%- for other in ribbon._others_of(test, node) if not ribbon._is_upstream(other, node) -%}
    {{ return(other.split('.')[2:] | join('.') ~ ' may be built after ' ~ node.name) }}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}

{#- Whether the gate measures a test on the candidate in this run. It looks into what is upstream, and into what this run leaves as
    it is: what this run builds later shows yet what it was before. -#}
{% macro joins_gate(test, node) -%}
  {%- if ribbon._reason_not_to_measure(test, node) -%}{{ return(false) }}{%- endif -%}
  {%- for other in ribbon._others_of(test, node) if not ribbon._is_upstream(other, node) -%}
    {%- if other in selected_resources or not ribbon._exists(other) -%}{{ return(false) }}{%- endif -%}
  {%- endfor -%}
  {{ return(true) }}
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
