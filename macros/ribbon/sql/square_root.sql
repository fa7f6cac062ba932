{#- The square root of a number as a 64-bit float, 0 where rounding left it a little below zero; null where it is null. -#}
{% macro square_root(value) -%}
  sqrt(greatest(cast({{ value }} as {{ ribbon.type_double() }}), 0))
{%- endmacro %}
