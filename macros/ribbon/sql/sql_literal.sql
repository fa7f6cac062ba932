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
  {%- set text = "'" ~ value | replace("'", "''") ~ "'" -%}
  {{ return('(' ~ text | replace('\x00', "' || chr(0) || '") ~ ')' if '\x00' in text else text) }}
{%- endmacro %}

{% macro bigquery___quoted_string(value) -%}
  {%- set escaped = value | replace("\\", "\\\\") | replace("'", "\\'") | replace("\n", "\\n") | replace("\r", "\\r")
    | replace("\x00", "\\x00") -%}
  {{ return("'" ~ escaped ~ "'") }}
{%- endmacro %}
