{#- The first capturing group of `pattern` (valid RE2) in `expression`; null where it does not match. -#}
{% macro regexp_group(expression, pattern) -%}
  {{ return(adapter.dispatch('regexp_group', 'ribbon')(expression, pattern)) }}
{%- endmacro %}

{% macro default__regexp_group(expression, pattern) -%}
  nullif(regexp_extract({{ expression }}, {{ ribbon.sql_literal(pattern) }}, 1), '')
{%- endmacro %}

{% macro bigquery__regexp_group(expression, pattern) -%}
  regexp_extract({{ expression }}, {{ ribbon.sql_literal(pattern) }})
{%- endmacro %}
