{#- Which of `bands` equally full bands (1 to bands) a row's value falls into, by the middle rank of its ties: equal values
    always share a band, and the answer does not depend on the order of rows, unlike ntile(). With n rows, of which w are
    worse and t have the same value, the band is floor(bands * (2w + t) / 2n) + 1; without ties and with n divisible by
    bands this is ntile(). Where all rows tie, they get the middle band. A window function: not for use inside aggregates.
    value: SQL of a type that can be partitioned by (no float), never null. best: 'high' or 'low', the values that belong
    into the highest band. -#}
{% macro mid_rank_quantile(value, bands=5, best='high') -%}
  {{ return(adapter.dispatch('mid_rank_quantile', 'ribbon')(value, bands, best)) }}
{%- endmacro %}

{% macro default__mid_rank_quantile(value, bands, best) -%}
  cast(floor(
    {{ bands }} * (2 * (rank() over (order by {{ value }} {{ 'asc' if best == 'high' else 'desc' }}) - 1)
    + count(*) over (partition by {{ value }})) / (2 * count(*) over ())
  ) as bigint) + 1
{%- endmacro %}
