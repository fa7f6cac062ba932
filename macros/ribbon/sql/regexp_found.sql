{#- True where `pattern` (valid RE2) is found anywhere in `expression`. -#}
{% macro regexp_found(expression, pattern) -%}
  {{ return(adapter.dispatch('regexp_found', 'ribbon')(expression, pattern)) }}
{%- endmacro %}

{% macro default__regexp_found(expression, pattern) -%}
  {{ return('regexp_matches(' ~ expression ~ ', ' ~ ribbon.sql_literal(pattern) ~ ')') }}
{%- endmacro %}

{% macro bigquery__regexp_found(expression, pattern) -%}
  {{ return('regexp_contains(' ~ expression ~ ', ' ~ ribbon.sql_literal(pattern) ~ ')') }}
{%- endmacro %}
