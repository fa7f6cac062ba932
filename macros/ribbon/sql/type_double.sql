{#- The 64-bit floating point type. dbt's type_float() is 32 bits wide on DuckDB: seven digits, too few for money or ids. -#}
{% macro type_double() -%}
  {{ return(adapter.dispatch('type_double', 'ribbon')()) }}
{%- endmacro %}

{% macro default__type_double() -%}{{ return('double') }}{%- endmacro %}

{% macro bigquery__type_double() -%}{{ return('float64') }}{%- endmacro %}
