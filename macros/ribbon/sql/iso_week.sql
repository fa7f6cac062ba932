{#- Parts of the ISO 8601 calendar (weeks run Monday to Sunday): iso_week (1 to 53), iso_year, iso_weekday (1 = Monday),
    iso_week_start (a date, the Monday). -#}
{% macro iso_week(date) -%}
  {{ return(adapter.dispatch('iso_week', 'ribbon')(date)) }}
{%- endmacro %}

{% macro default__iso_week(date) -%}extract(week from {{ date }}){%- endmacro %}

{% macro bigquery__iso_week(date) -%}extract(isoweek from {{ date }}){%- endmacro %}

{% macro iso_year(date) -%}extract(isoyear from {{ date }}){%- endmacro %}

{% macro iso_weekday(date) -%}
  {{ return(adapter.dispatch('iso_weekday', 'ribbon')(date)) }}
{%- endmacro %}

{% macro default__iso_weekday(date) -%}extract(isodow from {{ date }}){%- endmacro %}

{% macro bigquery__iso_weekday(date) -%}(mod(extract(dayofweek from {{ date }}) + 5, 7) + 1){%- endmacro %}

{#- The Monday of the ISO week of a date. -#}
{% macro iso_week_start(date) -%}
  {{ return(adapter.dispatch('iso_week_start', 'ribbon')(date)) }}
{%- endmacro %}

{% macro default__iso_week_start(date) -%}({{ date }} - cast(extract(isodow from {{ date }}) as integer) + 1){%- endmacro %}

{% macro bigquery__iso_week_start(date) -%}date_trunc({{ date }}, isoweek){%- endmacro %}
