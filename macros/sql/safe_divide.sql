{#- numerator / denominator as a float; null where the denominator is zero or either is null. -#}
{% macro safe_divide(numerator, denominator) -%}
  (cast({{ numerator }} as {{ dbt.type_float() }}) / nullif({{ denominator }}, 0))
{%- endmacro %}
