{#- SQL that is true where `value` lies outside the bounds; a bound that is none does not count, nor an end that is open: -.inf as
    the least, .inf as the greatest. A bound is data: a date is written as '2017-01-01'. Both may not be left out, and min_value
    may not exceed max_value. -#}
{% macro _outside_bounds(on, value, min_value=none, max_value=none, strict_min=false, strict_max=false) -%}
  {%- set sides = [] -%}
  {%- if min_value is not none and min_value | string != '-inf' -%}
    {%- do sides.append(value ~ (' <= ' if strict_min else ' < ') ~ ribbon.sql_literal(min_value)) -%}
  {%- endif -%}
  {%- if max_value is not none and max_value | string != 'inf' -%}
    {%- do sides.append(value ~ (' >= ' if strict_max else ' > ') ~ ribbon.sql_literal(max_value)) -%}
  {%- endif -%}
  {%- if min_value is none and max_value is none -%}
    {%- do ribbon._contract_error(on.test, 'no bounds are given', 'add min_value, max_value or both') -%}
  {%- elif min_value is number and max_value is number and min_value > max_value -%}
    {%- do ribbon._contract_error(on.test, 'min_value ' ~ min_value ~ ' is greater than max_value ' ~ max_value, 'swap them') -%}
  {%- endif -%}
  {{ return('(' ~ sides | join(' or ') ~ ')' if sides else 'false') }}
{%- endmacro %}

{#- SQL that is true where `value` is not null and lies within the bounds. -#}
{% macro _within_bounds(value, min_value=none, max_value=none, strict_min=false, strict_max=false) -%}
  {%- set sides = [value ~ ' is not null'] -%}
  {%- if min_value is not none and min_value | string != '-inf' -%}
    {%- do sides.append(value ~ (' > ' if strict_min else ' >= ') ~ ribbon.sql_literal(min_value)) -%}
  {%- endif -%}
  {%- if max_value is not none and max_value | string != 'inf' -%}
    {%- do sides.append(value ~ (' < ' if strict_max else ' <= ') ~ ribbon.sql_literal(max_value)) -%}
  {%- endif -%}
  {{ return('(' ~ sides | join(' and ') ~ ')') }}
{%- endmacro %}

{#- The measure of an aggregate that has to lie within bounds; one that is null, as of no values, does not. -#}
{% macro _aggregate_within_bounds(on, columns, aggregate, min_value, max_value, strict_min, strict_max, row_condition) -%}
  {%- set value = on.prefix ~ 'value' -%}
  {{ return(ribbon.aggregate_measure(
    {value: aggregate}, ribbon._within_bounds(value, min_value, max_value, strict_min, strict_max), value,
      row_condition=row_condition,
    columns=columns)) }}
{%- endmacro %}

{#- A number, or null where it is not finite or its square is no double: a standard deviation of it is an error, not infinite. -#}
{% macro _finite(number) -%}
  {{ return('case when abs(cast(' ~ number ~ ' as ' ~ ribbon.type_double() ~ ')) < 1e150 then ' ~ number ~ ' end') }}
{%- endmacro %}

{#- A part of a whole, 0 to 1; 0 where there is no whole. -#}
{% macro _share(part, whole) -%}
  {{ return('coalesce(' ~ part ~ ' / cast(nullif(' ~ whole ~ ', 0) as ' ~ ribbon.type_double() ~ '), 0)') }}
{%- endmacro %}
