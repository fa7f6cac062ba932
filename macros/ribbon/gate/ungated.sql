{#- Why the gate cannot hold an expectation back before readers see it; none where it can. -#}
{% macro ungated_reason(test, node) -%}
  {%- if node.resource_type != 'source' and node.config.materialized not in ribbon.gated_materializations() -%}
    {{ return('the materialization ' ~ node.config.materialized ~ ' is not gated') }}
  {%- endif -%}
  {%- set others = test.depends_on.nodes | reject('equalto', node.unique_id) | list -%}
  {%- if ribbon._ephemeral_of(test) -%}
    {{ return('it reads ' ~ ribbon._ephemeral_of(test).split('.')[2:] | join('.') ~ ', an ephemeral model') }}
  {%- endif -%}
  {%- for other in others if other not in ribbon._ancestors(node.unique_id) -%}
    {{ return(other.split('.')[2:] | join('.') ~ ' is not upstream of ' ~ node.name ~ '; add a -- depends_on: comment for it') }}
  {%- endfor -%}
  {%- if others | length > 1 and not ribbon._is_fused(test) -%}
    {{ return('it runs SQL of its own that reads several other relations') }}
  {%- endif -%}
  {{ return(none) }}
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
