{#- `value` as a literal of the target's SQL: null, true, a number or a quoted string.
    The only way data gets into a statement. -#}
{% macro sql_literal(value) -%}
  {%- if value is none -%}
    {{ return('null') }}
  {%- elif value is boolean or value is number -%}
    {{ return(value | string | lower) }}
  {%- else -%}
    {{ return(adapter.dispatch('_quoted_string', 'ribbon')(value | string)) }}
  {%- endif -%}
{%- endmacro %}

{% macro default___quoted_string(value) -%}
  {{ return("'" ~ value | replace("'", "''") ~ "'") }}
{%- endmacro %}

{% macro bigquery___quoted_string(value) -%}
  {%- set escaped = value | replace("\\", "\\\\") | replace("'", "\\'") | replace("\n", "\\n") | replace("\r", "\\r") -%}
  {{ return("'" ~ escaped ~ "'") }}
{%- endmacro %}
