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

{#- A value of YAML with each date and time in it as text, which is how SQL and JSON take them. -#}
{% macro _with_dates_as_text(value) -%}
  {%- if value is mapping -%}
    {%- set said = {} -%}
    {%- for name, item in value.items() -%}{%- do said.update({name: ribbon._with_dates_as_text(item)}) -%}{%- endfor -%}
    {{ return(said) }}
  {%- elif value is sequence and value is not string -%}
    {%- set said = [] -%}
    {%- for item in value -%}{%- do said.append(ribbon._with_dates_as_text(item)) -%}{%- endfor -%}
    {{ return(said) }}
  {%- endif -%}
  {{ return(value | string if value.isoformat is defined else value) }}
{%- endmacro %}
