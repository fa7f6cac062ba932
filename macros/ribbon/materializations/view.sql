{#- What the candidate answers is measured before it takes the model's name. A view changes when its parents do, so what was
    measured is what it answered when it was built. -#}
{% macro materialize_view() -%}
  {%- set run = ribbon.begin_materialization('view') -%}
  {%- do adapter.dispatch('_build_view', 'ribbon')(run) -%}
  {%- do ribbon.measure_candidate(run) -%}
  {%- do ribbon.swap(run) -%}
  {{ return(ribbon.end_materialization(run)) }}
{%- endmacro %}
