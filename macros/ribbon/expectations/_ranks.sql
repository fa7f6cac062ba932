{#- Quantiles are read off the distinct values of a column in their order, which every engine can do exactly.
    value_at: SQL of the value at a place among the sorted values. place: SQL, 0 to ribbon_size - 1. -#}
{% macro _value_at(column, place) -%}
  {{ return('min(case when ribbon_upto > ' ~ place ~ ' then ' ~ adapter.quote(column) ~ ' end)') }}
{%- endmacro %}

{#- The columns that _value_at reads, besides a column and ribbon_n. -#}
{% macro _ranks_of(column) -%}
  {{ return({
    'ribbon_upto': 'sum(ribbon_n) over (order by ' ~ adapter.quote(column) ~ ')',
    'ribbon_size': 'sum(ribbon_n) over ()',
  }) }}
{%- endmacro %}

{#- SQL of a quantile as pandas and numpy define it. interpolation: nearest, lower, higher, midpoint or linear. -#}
{% macro _quantile(on, column, quantile, interpolation='nearest') -%}
  {%- set place = '((ribbon_size - 1) * cast(' ~ quantile ~ ' as ' ~ ribbon.type_double() ~ '))' -%}
  {%- set lower = ribbon._value_at(column, 'floor(' ~ place ~ ')') -%}
  {%- set higher = ribbon._value_at(column, 'ceil(' ~ place ~ ')') -%}
  {%- if interpolation == 'nearest' -%}
    {%- set half_to_even = '2 * round(' ~ place ~ ' / 2)' -%}
    {%- set is_half = place ~ ' - floor(' ~ place ~ ') = 0.5' -%}
    {%- set nearest = 'case when ' ~ is_half ~ ' then ' ~ half_to_even ~ ' else round(' ~ place ~ ') end' -%}
    {{ return(ribbon._value_at(column, nearest)) }}
  {%- elif interpolation == 'lower' -%}
    {{ return(lower) }}
  {%- elif interpolation == 'higher' -%}
    {{ return(higher) }}
  {%- elif interpolation == 'midpoint' -%}
    {{ return('(cast(' ~ lower ~ ' as ' ~ ribbon.type_double() ~ ') + ' ~ higher ~ ') / 2') }}
  {%- elif interpolation == 'linear' -%}
    {%- set fraction = 'max(' ~ place ~ ' - floor(' ~ place ~ '))' -%}
    {{ return('cast(' ~ lower ~ ' as ' ~ ribbon.type_double() ~ ') + ' ~ fraction ~ ' * (' ~ higher ~ ' - ' ~ lower ~ ')') }}
  {%- endif -%}
  {%- do ribbon._contract_error(
    on.test, 'unknown value ' ~ interpolation ~ ' for allow_relative_error',
    'use false, nearest, lower, higher, midpoint or linear') -%}
{%- endmacro %}
