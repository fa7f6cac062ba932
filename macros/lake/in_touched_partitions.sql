{#- Incremental by lake batch: the condition that keeps the partitions touched by a batch that `this` has not loaded yet,
    whatever partitions the batch's rows carry; `true` on a full build. The model must keep _batch_id, which is the record
    of what is loaded, and use delete+insert with `column` as its unique_key, so that a touched partition is replaced
    whole, from all batches.
    relation: the source. column: the partition, a column of both the source and the model. -#}
{% macro in_touched_partitions(relation, column) -%}
  {%- if is_incremental() -%}
    {{ column }} in (
      select {{ column }}
      from {{ relation }}
      where _batch_id not in (select distinct _batch_id from {{ this }})
    )
  {%- else -%}
    true
  {%- endif -%}
{%- endmacro %}
