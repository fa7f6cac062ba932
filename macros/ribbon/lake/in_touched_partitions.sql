{#- Incremental by lake batch: the condition that keeps the partitions touched by a batch that `this` has not loaded yet,
    whatever partitions the batch's rows carry; `true` on a full build. The model must keep _batch_id, which is the
    record of what is loaded, and replace touched partitions whole (see replace_partitions).
    relation: the source, in full. column: the source's column whose values are the model's partitions. -#}
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
