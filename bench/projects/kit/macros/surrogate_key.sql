{#- A key made of several fields: the same fields, the same key. A null counts as a value of its own. -#}
{% macro surrogate_key(fields) %}{{ return(adapter.dispatch('surrogate_key', 'kit')(fields)) }}{% endmacro %}

{% macro default__surrogate_key(fields) -%}
    {%- set parts = [] -%}
    {%- for field in fields -%}
        {%- do parts.append("coalesce(cast(" ~ field ~ " as varchar), '_null_')") -%}
    {%- endfor -%}
    md5({{ parts | join(" || '-' || ") }})
{%- endmacro %}
