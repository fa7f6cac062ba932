{#- True where `pattern` (valid RE2) is found anywhere in `expression`. -#}
{% macro regexp_found(expression, pattern) -%}
  {{ return(adapter.dispatch('regexp_found')(expression, pattern)) }}
{%- endmacro %}

{% macro default__regexp_found(expression, pattern) -%}
  {{ return('regexp_matches(' ~ expression ~ ', ' ~ sql_literal(pattern) ~ ')') }}
{%- endmacro %}

{% macro bigquery__regexp_found(expression, pattern) -%}
  {{ return('regexp_contains(' ~ expression ~ ', ' ~ sql_literal(pattern) ~ ')') }}
{%- endmacro %}
