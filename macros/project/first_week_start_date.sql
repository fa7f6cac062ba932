{#- The Monday of the week that the sources number 1, as a date: the var first_week_start_date. Their numbers count on from
    there, so the Monday of a numbered week lies 7 * (number - 1) days after it, in whatever year. -#}
{% macro first_week_start_date() -%}
  cast({{ ribbon.sql_literal(var('first_week_start_date')) }} as date)
{%- endmacro %}
