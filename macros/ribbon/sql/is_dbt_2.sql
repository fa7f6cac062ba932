{#- Whether dbt 2 runs, where macros cannot look up other macros, and no transaction is held around a model. -#}
{% macro is_dbt_2() -%}{{ return(dbt_version.split('.')[0] | int >= 2) }}{%- endmacro %}
