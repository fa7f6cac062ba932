{#- The columns of a relation by name, without some. Asks the database, so the relation has to be there. -#}
{% macro star(relation, except=[], alias=none) -%}
    {%- if not execute -%}{{ return('*') }}{%- endif -%}
    {%- for column in adapter.get_columns_in_relation(relation) if column.name | lower not in except -%}
        {{ alias ~ '.' if alias }}"{{ column.name }}"{{ ',\n    ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
