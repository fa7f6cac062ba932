{#- The settings of an incremental model whose touched partitions are replaced whole; for its config as keyword arguments:
    config(materialized='incremental', **replace_partitions('week_start_date')).
    column: the partition, a date, or a bigint with its range. first, last: the range of a bigint, both included. DuckDB deletes
    by the column and inserts; BigQuery knows no such strategy and overwrites partitions, for which the table must be
    partitioned. -#}
{% macro replace_partitions(column, first=none, last=none) -%}
  {{ return(adapter.dispatch('replace_partitions', 'ribbon')(column, first, last)) }}
{%- endmacro %}

{% macro default__replace_partitions(column, first, last) -%}
  {{ return({'incremental_strategy': 'delete+insert', 'unique_key': column}) }}
{%- endmacro %}

{% macro bigquery__replace_partitions(column, first, last) -%}
  {%- set by_date = {'field': column, 'data_type': 'date', 'granularity': 'day'} -%}
  {%- set by_number = {'field': column, 'data_type': 'int64'} -%}
  {%- if first is not none -%}
    {%- do by_number.update({'range': {'start': first, 'end': last + 1, 'interval': 1}}) -%}
  {%- endif -%}
  {{ return({'incremental_strategy': 'insert_overwrite', 'partition_by': by_date if first is none else by_number}) }}
{%- endmacro %}
