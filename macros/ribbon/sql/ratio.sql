{#- numerator / denominator as numeric(18, 6), so that two engines and two runs agree on every digit; null where the
    denominator is zero or either is null. For shares, rates, ratios and prices per unit. -#}
{% macro ratio(numerator, denominator) -%}
  cast({{ ribbon.safe_divide(numerator, denominator) }} as numeric(18, 6))
{%- endmacro %}
