{#- The measure of an expectation that SQL cannot say. On a source it was measured by the lake's door, on each batch that was
    let in; anywhere else it is an error. -#}
{% macro _measured_at_the_door(on) -%}
  {%- if not ribbon._measured_node(on.test).startswith('source.') -%}
    {%- do ribbon._contract_error(on.test, 'it can only be checked when a batch lands', 'move it to the source') -%}
  {%- endif -%}
  {{ return(dict(ribbon.constant_measure(true, 'checked when each batch lands'), by_python=true)) }}
{%- endmacro %}
