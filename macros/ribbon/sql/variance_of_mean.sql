{#- The estimated variance of the mean of `value` over a group, s² / n with s² = (Σx² - (Σx)² / n) / (n - 1), as a 64-bit
    float; nulls do not count, and with fewer than two values it is null. Its root is the standard error of the mean; the sum
    of two is the variance of the difference of two independent means (NIST/SEMATECH e-Handbook of Statistical Methods,
    1.3.5.3, unequal variances). An aggregate.
    value: SQL of a decimal type, so that the sums are exact and do not depend on the order of rows. -#}
{% macro variance_of_mean(value) -%}
  {%- set double = ribbon.type_double() -%}
  (
    cast(sum(({{ value }}) * ({{ value }})) as {{ double }})
    - cast(sum({{ value }}) as {{ double }}) * cast(sum({{ value }}) as {{ double }}) / nullif(count({{ value }}), 0)
  ) / nullif(count({{ value }}) * (count({{ value }}) - 1), 0)
{%- endmacro %}
