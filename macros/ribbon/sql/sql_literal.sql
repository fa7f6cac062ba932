{#- `value` as a literal of the target's SQL: null, true, a number or a quoted string.
    The only way data gets into a statement. -#}
{% macro sql_literal(value) -%}
  {%- if value is none -%}
    {{ return('null') }}
  {%- elif value is number and value | string in ['inf', '-inf', 'nan'] -%}
    {{ return("cast('" ~ value ~ "' as " ~ ribbon.type_double() ~ ')') }}
  {%- elif value is boolean or value is number -%}
    {{ return(value | string | lower) }}
  {%- else -%}
    {{ return(adapter.dispatch('_quoted_string', 'ribbon')(value | string)) }}
  {%- endif -%}
{%- endmacro %}

{% macro default___quoted_string(value) -%}
  {%- set text = "'" ~ value | replace("'", "''") ~ "'" -%}
  {{ return('(' ~ text | replace('\u0000', "' || chr(0) || '") ~ ')' if '\u0000' in text else text) }}
{%- endmacro %}

{% macro bigquery___quoted_string(value) -%}
  {%- set escaped = value | replace("\\", "\\\\") | replace("'", "\\'") | replace("\n", "\\n") | replace("\r", "\\r")
    | replace("\u0000", "\\x00") -%}
  {{ return("'" ~ escaped ~ "'") }}
{%- endmacro %}

{#- Values as a row of `values (…), (…)`: literals as above, and moments as timestamps. One call for a row, because each
    call of a macro takes a third of a millisecond. -#}
{% macro sql_tuple(values) -%}{{ return(adapter.dispatch('_sql_tuple', 'ribbon')(values)) }}{%- endmacro %}

{% macro default___sql_tuple(values) -%}
  {%- set said = [] -%}
  {%- for value in values -%}
    {%- if value is none -%}{%- do said.append('null') -%}
    {%- elif value is boolean or value is number -%}{%- do said.append(value | string | lower) -%}
    {%- elif value is mapping -%}{%- do said.append(ribbon.sql_moment(value)) -%}
    {%- elif '\u0000' in value | string -%}{%- do said.append(ribbon.sql_literal(value)) -%}
    {%- else -%}{%- do said.append("'" ~ value | string | replace("'", "''") ~ "'") -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return('(' ~ said | join(', ') ~ ')') }}
{%- endmacro %}

{% macro bigquery___sql_tuple(values) -%}
  {%- set said = [] -%}
  {%- for value in values -%}
    {%- do said.append(ribbon.sql_moment(value) if value is mapping else ribbon.sql_literal(value)) -%}
  {%- endfor -%}
  {{ return('(' ~ said | join(', ') ~ ')') }}
{%- endmacro %}
