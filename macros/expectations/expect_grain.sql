{#- One row per these columns: none of them is null and no two rows share their values. Ours, not Great Expectations'. -#}
{% test expect_grain(model, columns) %}
  {%- set quoted = [] -%}
  {%- set missing = [] -%}
  {%- for column in columns -%}
    {%- do quoted.append(adapter.quote(column)) -%}
    {%- do missing.append(adapter.quote(column) ~ ' is null') -%}
  {%- endfor %}
  select
    {{ quoted | join(', ') }},
    count(*) as row_count
  from {{ model }}
  group by {{ quoted | join(', ') }}
  having count(*) > 1 or {{ missing | join(' or ') }}
{% endtest %}
