{#- A table is built beside the old one, measured, and swapped for it. -#}
{% macro materialize_table() -%}
  {%- set run = ribbon.begin_materialization('table') -%}
  {%- do ribbon.build_table(run) -%}
  {%- do ribbon.measure_candidate(run) -%}
  {%- do ribbon.swap(run) -%}
  {{ return(ribbon.end_materialization(run)) }}
{%- endmacro %}
