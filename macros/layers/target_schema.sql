{#- The schema that a target writes `name` to: `name` on a production target, `<the target's schema>_<name>` on any other. In a
    project whose own generate_schema_name places its models (`ribbon init --existing`) every target is such another one. -#}
{% macro target_schema(name) -%}
  {%- set folders_decide = '_schema_of_folder' in context -%}
  {{ return(name if folders_decide and target.name in var('production_targets', ['prod']) else target.schema ~ '_' ~ name) }}
{%- endmacro %}
