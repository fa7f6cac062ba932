{#- A bound of the interval of a proportion by Wilson's score, numeric(18, 6); null without trials:
    (k + z²/2 + z √(k (n - k) / n + z²/4)) / (n + z²), with k successes of n trials. Unlike k/n ± z √(k (n - k) / n³) it stays
    within 0 and 1 and holds for few trials and rare successes (NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.4.1).
    z: a number, the quantile of the standard normal; negative for the lower bound. -#}
{% macro wilson_bound(successes, trials, z) -%}
  {%- set square = (z * z) | round(6) -%}
  {%- set k, n = 'cast(' ~ successes ~ ' as ' ~ ribbon.type_double() ~ ')', 'nullif(' ~ trials ~ ', 0)' -%}
  cast(
    ({{ k }} + {{ square / 2 }} + {{ z }} * {{ ribbon.square_root(k ~ ' * (' ~ n ~ ' - ' ~ k ~ ') / ' ~ n ~ ' + '
      ~ square / 4) }})
    / ({{ n }} + {{ square }}) as numeric(18, 6)
  )
{%- endmacro %}
