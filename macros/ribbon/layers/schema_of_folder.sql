{#- Where a node is written. The folder decides: models/warehouse/** goes to `warehouse`, models/mart/<use_case>/** to
    `mart_<use_case>`, seeds and snapshots to `warehouse`. A `+schema` that is set by hand wins. Targets that are not in
    `var('production_targets')` prefix all of it with their own schema, so a developer never writes where readers look. -#}
{% macro schema_of_folder(custom_schema_name, node) -%}
  {%- if custom_schema_name -%}
    {{ return(ribbon.target_schema(custom_schema_name | trim)) }}
  {%- elif node.resource_type == 'model' and ribbon.layer_of(node) == 'mart' -%}
    {{ return(ribbon.target_schema('mart_' ~ ribbon.use_case_of(node))) }}
  {%- elif node.resource_type in ['model', 'seed', 'snapshot'] -%}
    {{ return(ribbon.target_schema('warehouse')) }}
  {%- else -%}
    {{ return(target.schema) }}
  {%- endif -%}
{%- endmacro %}
