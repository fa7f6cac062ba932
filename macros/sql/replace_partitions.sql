{#- The settings of an incremental model whose touched partitions are replaced whole; for its config as keyword arguments:
    config(materialized='incremental', **replace_partitions('week_number', 1, 53)).
    column: the partition, of type bigint. first, last: its range, both included. DuckDB deletes by the column and inserts;
    BigQuery knows no such strategy and overwrites partitions, for which the table must be partitioned. -#}
{% macro replace_partitions(column, first, last) -%}
  {{ return(adapter.dispatch('replace_partitions')(column, first, last)) }}
{%- endmacro %}

{% macro default__replace_partitions(column, first, last) -%}
  {{ return({'incremental_strategy': 'delete+insert', 'unique_key': column}) }}
{%- endmacro %}

{% macro bigquery__replace_partitions(column, first, last) -%}
  {%- set range = {'start': first, 'end': last + 1, 'interval': 1} -%}
  {{ return({
    'incremental_strategy': 'insert_overwrite',
    'partition_by': {'field': column, 'data_type': 'int64', 'range': range},
  }) }}
{%- endmacro %}
