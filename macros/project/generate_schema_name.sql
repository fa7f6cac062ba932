{#- Where nodes are written: Ribbon's rule, a schema per layer and per use case. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ return(ribbon.schema_of_folder(custom_schema_name, node)) }}
{%- endmacro %}

{#- Tells Ribbon that its own schema is placed by this rule, too. -#}
{% macro default__schemas_by_folder() -%}{{ return(true) }}{%- endmacro %}
