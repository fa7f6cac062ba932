{#- A relation of one column, date_day, to be cross joined: every date from first_date to last_date, both included. The two are
    SQL of type date, also columns of what it is joined to. Cast date_day to a date: DuckDB's series are timestamps. -#}
{% macro date_series(first_date, last_date) -%}
  {{ return(adapter.dispatch('date_series')(first_date, last_date)) }}
{%- endmacro %}

{% macro default__date_series(first_date, last_date) -%}
  unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 day)) as series (date_day)
{%- endmacro %}

{% macro bigquery__date_series(first_date, last_date) -%}
  unnest(generate_date_array({{ first_date }}, {{ last_date }})) as date_day
{%- endmacro %}
