{#- Relations one under the other: every column of `only`, cast to the first relation's type, null where one lacks it. -#}
{% macro union_relations(relations, labels, only) %}
    {%- set types = {} -%}
    {%- set known = [] -%}
    {%- for relation in relations if execute -%}
        {%- set names = [] -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do names.append(column.name) -%}
            {%- if column.name not in types -%}{%- do types.update({column.name: column.dtype}) -%}{%- endif -%}
        {%- endfor -%}
        {%- do known.append(names) -%}
    {%- endfor %}
    {%- for relation in relations %}
    {%- set place = loop.index0 %}
    (
        select
            cast('{{ labels[place] }}' as varchar) as source_country
            {%- for name in only if execute %},
            cast({{ '"' ~ name ~ '"' if name in known[place] else 'null' }} as {{ types.get(name, 'varchar') }}) as "{{ name }}"
            {%- endfor %}
        from {{ relation }}
    )
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
