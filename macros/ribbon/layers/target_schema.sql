{#- The schema that a target writes `name` to: `name` on a production target, `<the target's schema>_<name>` on any other. In a
    project whose own rule places its models every target is such another one. -#}
{% macro target_schema(name) -%}
  {%- set bare = ribbon.schemas_by_folder() and target.name in var('production_targets', ['prod']) -%}
  {{ return(name if bare else target.schema ~ '_' ~ name) }}
{%- endmacro %}

{#- Whether the project takes Ribbon's rule of schemas, which it says beside its generate_schema_name. -#}
{% macro schemas_by_folder() -%}
  {{ return(adapter.dispatch('schemas_by_folder', 'ribbon')()) }}
{%- endmacro %}

{% macro default__schemas_by_folder() -%}{{ return(false) }}{%- endmacro %}
