{#- SQL that is true where a column that is not null has one of these values; a null among them means nothing. -#}
{% macro _in_set(column, value_set) -%}
  {%- set values = value_set | reject('none') | list -%}
  {{ return(adapter.quote(column) ~ ' in (' ~ ribbon.sql_literals(values) ~ ')' if values else 'false') }}
{%- endmacro %}

{#- The measure of a column's distinct values against a set. contained: no value lies outside it. complete: none is missing. -#}
{% macro _distinct_values_measure(on, column, value_set, row_condition, contained=false, complete=false) -%}
  {%- if not value_set and contained and not complete -%}
    {%- do ribbon._contract_error(on.test, 'value_set is empty', 'list the values') -%}
  {%- endif -%}
  {%- set known = ribbon._in_set(column, value_set) -%}
  {%- set outside = on.prefix ~ 'outside' -%}
  {%- set missing = on.prefix ~ 'missing' -%}
  {%- set aggregates = {} -%}
  {%- if contained -%}
    {%- do aggregates.update({outside: 'count(case when not (' ~ known ~ ') then 1 end)'}) -%}
  {%- endif -%}
  {%- if complete -%}
    {%- do aggregates.update({missing: value_set | unique | list | length ~ ' - count(case when ' ~ known ~ ' then 1 end)'}) -%}
  {%- endif -%}
  {%- set met = [] -%}
  {%- set said = [] -%}
  {%- for name in aggregates -%}
    {%- do met.append(name ~ ' = 0') -%}
    {%- do said.extend([name, ribbon.sql_literal((' unexpected' if name == outside else ' missing') ~ (''
      if loop.last else ', '))]) -%}
  {%- endfor -%}
  {{ return(ribbon.aggregate_measure(
    aggregates, met | join(' and '), ribbon.concat_sql(said), row_condition=row_condition, values_of=[column],
      columns=[column])) }}
{%- endmacro %}
