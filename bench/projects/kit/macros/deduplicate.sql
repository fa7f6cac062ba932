{#- The first row of each partition. -#}
{% macro deduplicate(relation, partition_by, order_by) %}{{ return(adapter.dispatch('deduplicate', 'kit')(relation, partition_by, order_by)) }}{% endmacro %}

{% macro default__deduplicate(relation, partition_by, order_by) %}
    with row_numbered as (
        select
            _inner.*,
            row_number() over (partition by {{ partition_by }} order by {{ order_by }}) as rn
        from {{ relation }} as _inner
    )
    select distinct data.*
    from {{ relation }} as data
    natural join row_numbered
    where row_numbered.rn = 1
{% endmacro %}

{% macro duckdb__deduplicate(relation, partition_by, order_by) %}
    select *
    from {{ relation }} as tt
    qualify row_number() over (partition by {{ partition_by }} order by {{ order_by }}) = 1
{% endmacro %}
