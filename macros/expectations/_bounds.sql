{#- SQL that is true where `value` lies outside the bounds; a bound that is none does not count. Bounds are data, except a
    string: that is a literal as well, so dates are written as '2017-01-01'. -#}
{% macro _outside_bounds(value, min_value=none, max_value=none, strict_min=false, strict_max=false) -%}
  {%- set sides = [] -%}
  {%- if min_value is not none -%}
    {%- do sides.append(value ~ (' <= ' if strict_min else ' < ') ~ sql_literal(min_value)) -%}
  {%- endif -%}
  {%- if max_value is not none -%}
    {%- do sides.append(value ~ (' >= ' if strict_max else ' > ') ~ sql_literal(max_value)) -%}
  {%- endif -%}
  {%- if not sides -%}
    {%- do exceptions.raise_compiler_error('an expectation of bounds needs min_value, max_value or both') -%}
  {%- endif -%}
  {{ return('(' ~ sides | join(' or ') ~ ')') }}
{%- endmacro %}
