{#- The incremental strategy that replaces whole partitions: what the new rows touch is deleted and inserted in one go. The
    model names its partition twice, as unique_key (DuckDB deletes by it) and as partition_by (BigQuery overwrites by it). -#}
{% macro replace_strategy() -%}
  {{ return(adapter.dispatch('replace_strategy')()) }}
{%- endmacro %}

{% macro default__replace_strategy() -%}{{ return('delete+insert') }}{%- endmacro %}

{% macro bigquery__replace_strategy() -%}{{ return('insert_overwrite') }}{%- endmacro %}
