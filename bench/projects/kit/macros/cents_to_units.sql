{#- Money that a system keeps in cents, in whole units. -#}
{% macro cents_to_units(column, digits=2) -%}
    round(cast({{ column }} as decimal(18, 2)) / 100, {{ digits }})::decimal(18, 2)
{%- endmacro %}
