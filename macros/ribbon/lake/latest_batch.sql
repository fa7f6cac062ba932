{#- The rows of the newest batch of a source that is delivered as snapshots. Use: from {{ latest_batch(source('s', 't')) }}. -#}
{% macro latest_batch(relation) -%}
  (
    select *
    from {{ relation }}
    where _loaded_at = (select max(_loaded_at) from {{ relation }})
  )
{%- endmacro %}
