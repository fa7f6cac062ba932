{#- The days that the calendar chooses from, as a sub-query with the column date_day. A macro of the project, so that unit tests
    can put a few days in its place: dbt 2 lets them replace no single macro of a package. -#}
{% macro calendar_days() -%}
  {{ return(ribbon.date_series("date '2000-01-01'", "date '2099-12-31'")) }}
{%- endmacro %}
