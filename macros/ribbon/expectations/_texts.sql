{#- A column as text. -#}
{% macro _as_text(column) -%}
  {{ return('cast(' ~ adapter.quote(column) ~ ' as ' ~ type_string() ~ ')') }}
{%- endmacro %}

{#- SQL that is true where the text of a column matches any or all (match_on) of the regular expressions (valid RE2). -#}
{% macro _matches_regexes(on, column, regex_list, match_on='any') -%}
  {%- set said = [] -%}
  {%- for regex in regex_list -%}{%- do said.append(ribbon.regexp_found(ribbon._as_text(column), regex)) -%}{%- endfor -%}
  {{ return(ribbon._any_or_all(on, said, match_on, 'regex_list')) }}
{%- endmacro %}

{#- The same with LIKE patterns: % is any text, _ any character, and `escape` in front of them takes that meaning away. -#}
{% macro _matches_like_patterns(on, column, like_pattern_list, match_on='any', escape=none) -%}
  {%- set said = [] -%}
  {%- for pattern in like_pattern_list -%}{%- do said.append(ribbon._is_like(ribbon._as_text(column), pattern,
    escape)) -%}{%- endfor -%}
  {{ return(ribbon._any_or_all(on, said, match_on, 'like_pattern_list')) }}
{%- endmacro %}

{% macro _any_or_all(on, predicates, match_on, argument) -%}
  {%- if match_on not in ['any', 'all'] -%}
    {%- do ribbon._contract_error(on.test, 'unknown value ' ~ match_on ~ ' for match_on', 'use any or all') -%}
  {%- elif not predicates -%}
    {%- do ribbon._contract_error(on.test, argument ~ ' is empty', 'list at least one pattern') -%}
  {%- endif -%}
  {{ return('(' ~ predicates | join(' or ' if match_on == 'any' else ' and ') ~ ')') }}
{%- endmacro %}

{% macro _is_like(text, pattern, escape) -%}
  {{ return(adapter.dispatch('_is_like', 'ribbon')(text, pattern, escape)) }}
{%- endmacro %}

{% macro default___is_like(text, pattern, escape) -%}
  {{ return(text ~ ' like ' ~ ribbon.sql_literal(pattern) ~ (' escape ' ~ ribbon.sql_literal(escape) if escape else '')) }}
{%- endmacro %}

{#- BigQuery has no ESCAPE clause: there a backslash always escapes. -#}
{% macro bigquery___is_like(text, pattern, escape) -%}
  {%- set plain = pattern if escape == '\\' else pattern | replace('\\', '\\\\') -%}
  {{ return(text ~ ' like ' ~ ribbon.sql_literal(plain | replace(escape, '\\') if escape and escape != '\\' else plain)) }}
{%- endmacro %}

{#- SQL that is true where a text is JSON. -#}
{% macro _is_json(text) -%}
  {{ return(adapter.dispatch('_is_json', 'ribbon')(text)) }}
{%- endmacro %}

{#- DuckDB lets a comma stand before a closing bracket; outside of strings, it is no JSON. -#}
{% macro default___is_json(text) -%}
  {%- set without_strings = 'regexp_replace(' ~ text ~ ", '\"(?:[^\"\\\\]|\\\\.)*\"', '\"\"', 'g')" -%}
  {{ return('json_valid(' ~ text ~ ') and not regexp_matches(' ~ without_strings ~ ", ',\\s*[\\]}]')") }}
{%- endmacro %}

{% macro bigquery___is_json(text) -%}{{ return('safe.parse_json(' ~ text ~ ') is not null') }}{%- endmacro %}

{#- SQL that is true where a text is a time in this strftime format. -#}
{% macro _is_time(text, strftime_format) -%}
  {{ return(adapter.dispatch('_is_time', 'ribbon')(text, strftime_format)) }}
{%- endmacro %}

{#- DuckDB's parser passes over space around a time. -#}
{% macro default___is_time(text, strftime_format) -%}
  {%- set bare = '' if strftime_format != strftime_format | trim else ' and not regexp_matches(' ~ text ~ ", '^\\s|\\s$')" -%}
  {{ return('try_strptime(' ~ text ~ ', ' ~ ribbon.sql_literal(strftime_format) ~ ') is not null' ~ bare) }}
{%- endmacro %}

{% macro bigquery___is_time(text, strftime_format) -%}
  {{ return('safe.parse_timestamp(' ~ ribbon.sql_literal(strftime_format) ~ ', ' ~ text ~ ') is not null') }}
{%- endmacro %}
