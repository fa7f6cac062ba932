{#- The arguments of an expectation's measure: `needs`, and `takes` besides. A measure of the project's own is looked up in its
    macro, as dbt 1 can. -#}
{% macro signature_of(expectation) -%}
  {%- set name = (expectation.package ~ '__' if expectation.package else '') ~ expectation.name -%}
  {%- set listed = ribbon.gate_state()['signatures'].get(name) -%}
  {{ return(ribbon.listed_signature(listed) if listed else ribbon._signature_of_macro(ribbon._measure_of_name(expectation))) }}
{%- endmacro %}

{#- A signature as `signatures()` lists it: the names that are needed, a bar, and those that are taken. -#}
{% macro listed_signature(text) -%}
  {%- set parts = text.split('|') -%}
  {{ return({'needs': parts[0].split(), 'takes': parts[1].split()}) }}
{%- endmacro %}

{% macro _signature_of_macro(macro) -%}
  {%- set needs, takes = [], [] -%}
  {%- for argument in macro.macro.macro_sql.split('(', 1)[1].split(') -%}', 1)[0].split(',') -%}
    {%- set name = argument.split('=')[0] | trim -%}
    {%- if name != 'on' -%}{%- do (takes if '=' in argument else needs).append(name) -%}{%- endif -%}
  {%- endfor -%}
  {{ return({'needs': needs, 'takes': takes}) }}
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
