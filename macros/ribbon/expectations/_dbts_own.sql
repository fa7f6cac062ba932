{#- dbt's own four tests as measures. What they count as failures is dbt's: `unique` and `accepted_values` count values. -#}
{% macro default__measure_not_null(on, column) -%}
  {{ return(ribbon.rows_measure([column], adapter.quote(column) ~ ' is null', counted='true')) }}
{%- endmacro %}

{% macro default__measure_unique(on, column, keep=none, order_by=none) -%}
  {{ return(ribbon.duplicates_measure(
    [column], adapter.quote(column) ~ ' is not null', keep=keep, order_by=order_by, failures='values')) }}
{%- endmacro %}

{% macro default__measure_accepted_values(on, column, values, quote=true) -%}
  {%- set literals = [] -%}
  {%- for value in values -%}
    {%- do literals.append(ribbon.sql_literal(value | string) if quote else value) -%}
  {%- endfor -%}
  {{ return(ribbon.rows_measure(
    [column], adapter.quote(column) ~ ' not in (' ~ literals | join(', ') ~ ')', costly=true, failures='values')) }}
{%- endmacro %}

{% macro default__measure_relationships(on, column, to, field) -%}
  {%- set orphan = on.prefix ~ 'orphan' -%}
  {%- set value, key = adapter.quote(column), adapter.quote(ribbon._unquoted(field)) -%}
  {%- set casts = ribbon._casts_of_keys(on.relation, column, to, ribbon._unquoted(field)) -%}
  {%- set parents = 'select ' ~ casts.key.format(key) ~ ' from ' ~ to ~ ' where ' ~ key ~ ' is not null' -%}
  {{ return(ribbon.rows_measure(
    [column], orphan, derived={orphan: casts.value.format(value) ~ ' not in (' ~ parents ~ ')'}, costly=true)) }}
{%- endmacro %}

{#- How a key and what refers to it are made comparable: {value, key}, patterns with a place for the column. -#}
{% macro _casts_of_keys(relation, column, to, field) -%}
  {{ return(adapter.dispatch('_casts_of_keys', 'ribbon')(relation, column, to, field)) }}
{%- endmacro %}

{#- BigQuery compares what it can and refuses the rest, in a join as in a list. -#}
{% macro default___casts_of_keys(relation, column, to, field) -%}{{ return({'value': '{}', 'key': '{}'}) }}{%- endmacro %}

{#- DuckDB reads text as the type that it is compared with in a join, where dbt's test compares, but not in a list. -#}
{% macro duckdb___casts_of_keys(relation, column, to, field) -%}
  {%- set types = {'value': ribbon._type_of(relation, column), 'key': ribbon._type_of(to, field)} -%}
  {%- set casts = {'value': '{}', 'key': '{}'} -%}
  {%- for one, other in [('value', 'key'), ('key', 'value')] if types[one] == 'varchar' and types[other] != 'varchar' -%}
    {%- if types[other] -%}{%- do casts.update({one: 'cast({} as ' ~ types[other] ~ ')'}) -%}{%- endif -%}
  {%- endfor -%}
  {{ return(casts) }}
{%- endmacro %}

{#- The type of a column, in lower case; none where there is no such column, or no such relation yet. -#}
{% macro _type_of(relation, name) -%}
  {%- if relation is string -%}
    {%- set columns = ribbon._columns_measured({'relation': relation}) -%}
  {%- else -%}
    {%- set columns = [] -%}
    {%- for column in ribbon.columns_of(relation) -%}
      {%- do columns.append({'name': column.name | lower, 'type': column.type | lower}) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- for column in columns if column.name == name | lower -%}{{ return(column.type) }}{%- endfor -%}
  {{ return(none) }}
{%- endmacro %}
