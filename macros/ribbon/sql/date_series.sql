{#- A sub-query of one column, date_day: every date from first_date to last_date, both included (SQL of type date). -#}
{% macro date_series(first_date, last_date) -%}
  {{ return(adapter.dispatch('date_series', 'ribbon')(first_date, last_date)) }}
{%- endmacro %}

{% macro default__date_series(first_date, last_date) -%}
  (
    select cast(date_day as date) as date_day
    from generate_series({{ first_date }}, {{ last_date }}, interval 1 day) as series (date_day)
  )
{%- endmacro %}

{% macro bigquery__date_series(first_date, last_date) -%}
  (select date_day from unnest(generate_date_array({{ first_date }}, {{ last_date }})) as date_day)
{%- endmacro %}
