{#- Whole days from one date to another; negative where `later` is before `earlier`. -#}
{% macro days_between(earlier, later) -%}
  {{ return(dbt.datediff(earlier, later, 'day')) }}
{%- endmacro %}
