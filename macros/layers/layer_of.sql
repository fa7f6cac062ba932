{#- The layer of a node of the graph: 'lake' for sources, 'warehouse' for seeds and snapshots, and for a model the first
    folder under models/ ('warehouse' or 'mart'). None for a model that lies anywhere else. -#}
{% macro layer_of(node) -%}
  {%- if node.resource_type == 'source' -%}
    {{ return('lake') }}
  {%- elif node.resource_type in ['seed', 'snapshot'] -%}
    {{ return('warehouse') }}
  {%- elif node.fqn | length > 2 and node.fqn[1] in ['warehouse', 'mart'] -%}
    {{ return(node.fqn[1]) }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{#- The use case a mart belongs to: the folder under models/mart/. None for a mart that lies in models/mart/ itself. -#}
{% macro use_case_of(node) -%}
  {{ return(node.fqn[2] if node.fqn | length > 3 else none) }}
{%- endmacro %}
