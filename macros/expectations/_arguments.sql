{#- The arguments that a measure needs and was not given. Jinja would take them for empty; a default in the macro's signature
    makes one optional. -#}
{% macro _missing_arguments(macro, given) -%}
  {%- set signature = macro.macro.macro_sql.split('(', 1)[1].split(') -%}', 1)[0] -%}
  {%- set missing = [] -%}
  {%- for argument in signature.split(',') if '=' not in argument -%}
    {%- set name = argument | trim -%}
    {%- if name != 'on' and name not in given -%}{%- do missing.append(name) -%}{%- endif -%}
  {%- endfor -%}
  {{ return(missing) }}
{%- endmacro %}
