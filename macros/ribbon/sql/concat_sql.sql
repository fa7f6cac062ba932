{#- SQL that joins the texts of several SQL expressions; a null one is written as null. -#}
{% macro concat_sql(expressions) -%}
  {%- set said = [] -%}
  {%- for expression in expressions -%}
    {%- do said.append('coalesce(cast(' ~ expression ~ ' as ' ~ type_string() ~ "), 'null')") -%}
  {%- endfor -%}
  {{ return(said | join(' || ')) }}
{%- endmacro %}
