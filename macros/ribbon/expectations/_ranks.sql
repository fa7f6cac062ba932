{#- Quantiles are read off the distinct values of a column in their order, which every engine can do exactly.
    value_at: SQL of the value at a place among the sorted values. place: SQL, 0 to the number of values - 1. -#}
{% macro _value_at(on, column, place) -%}
  {{ return('min(case when ' ~ on.prefix ~ 'upto > ' ~ place ~ ' then ' ~ adapter.quote(column) ~ ' end)') }}
{%- endmacro %}

{#- The columns that _value_at reads, besides a column and its count. -#}
{% macro _ranks_of(on, column) -%}
  {%- set n = ribbon.count_of([column]) -%}
  {{ return({
    on.prefix ~ 'upto': 'sum(' ~ n ~ ') over (order by ' ~ adapter.quote(column) ~ ')',
    on.prefix ~ 'size': 'sum(' ~ n ~ ') over ()',
  }) }}
{%- endmacro %}

{#- SQL of a quantile as pandas and numpy define it. interpolation: nearest, lower, higher, midpoint or linear. -#}
{% macro _quantile(on, column, quantile, interpolation='nearest') -%}
  {%- set place = '((' ~ on.prefix ~ 'size - 1) * cast(' ~ quantile ~ ' as ' ~ ribbon.type_double() ~ '))' -%}
  {%- set lower = ribbon._value_at(on, column, 'floor(' ~ place ~ ')') -%}
  {%- set higher = ribbon._value_at(on, column, 'ceil(' ~ place ~ ')') -%}
  {%- if interpolation == 'nearest' -%}
    {%- set half_to_even = '2 * round(' ~ place ~ ' / 2)' -%}
    {%- set is_half = place ~ ' - floor(' ~ place ~ ') = 0.5' -%}
    {%- set nearest = 'case when ' ~ is_half ~ ' then ' ~ half_to_even ~ ' else round(' ~ place ~ ') end' -%}
    {{ return(ribbon._value_at(on, column, nearest)) }}
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
