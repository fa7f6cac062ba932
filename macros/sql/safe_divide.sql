{#- numerator / denominator as a 64-bit float; null where the denominator is zero or either is null. Models cast the result to
    numeric(18, 6), so that two engines and two runs agree on every digit. -#}
{% macro safe_divide(numerator, denominator) -%}
  (cast({{ numerator }} as {{ type_double() }}) / nullif({{ denominator }}, 0))
{%- endmacro %}
