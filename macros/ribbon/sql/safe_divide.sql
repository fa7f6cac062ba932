{#- numerator / denominator as a 64-bit float; null where the denominator is zero or either is null. A model keeps the result
    as a decimal: see ratio(). -#}
{% macro safe_divide(numerator, denominator) -%}
  (cast({{ numerator }} as {{ ribbon.type_double() }}) / nullif({{ denominator }}, 0))
{%- endmacro %}
