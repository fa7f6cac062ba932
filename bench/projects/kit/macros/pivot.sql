{#- A column for each value of another: the sum of `then_value` where it has that value. -#}
{% macro pivot(column, values, agg='sum', then_value='1', suffix='') -%}
    {%- for value in values %}
    {{ agg }}(
        case when {{ column }} = '{{ value }}' then {{ then_value }} else 0 end
    ) as "{{ value }}{{ suffix }}"{{ ',' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
