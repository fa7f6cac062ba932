{#- BigQuery has no transaction around what a model writes, so a candidate is a table beside the target until it passes. It is
    built with all options of the target; what BigQuery does not copy (labels, expiry, encryption key) is set again afterwards,
    and the materialization grants again. A candidate that a killed run left behind is replaced by the next one. -#}
{% macro _candidate_of(relation, suffix='') -%}
  {{ return(api.Relation.create(
    database=relation.database, schema=relation.schema, identifier=relation.identifier ~ '__ribbon_candidate' ~ suffix,
    type=relation.type or 'table')) }}
{%- endmacro %}

{#- The gate reads a candidate as a whole, which `require_partition_filter` forbids. -#}
{% macro _allow_whole_reads(candidate) -%}
  {%- if config.get('require_partition_filter') and config.get('partition_by') -%}
    {%- do run_query('alter table ' ~ candidate ~ ' set options (require_partition_filter = false)') -%}
  {%- endif -%}
{%- endmacro %}

{#- What is there, for the candidate to start from. A copy job, as publishing is: it costs no query, and emulators know it, unlike
    `create table … clone`. -#}
{% macro _copy_as_candidate(target, candidate) -%}
  {%- do adapter.copy_table(target, candidate, 'table') -%}
  {%- do ribbon._allow_whole_reads(candidate) -%}
{%- endmacro %}

{#- Puts a candidate in place of the target with one copy job, which readers see at once or not at all. -#}
{% macro _publish_candidate(candidate, target) -%}
  {%- do adapter.copy_table(candidate, target, 'table') -%}
  {%- do ribbon._set_options(target) -%}
  {%- do ribbon._drop_candidate(candidate) -%}
{%- endmacro %}

{% macro _set_options(target) -%}
  {%- set said = [] -%}
  {%- for name, value in adapter.get_table_options(config, model, false).items() -%}
    {%- do said.append(name ~ '=' ~ value) -%}
  {%- endfor -%}
  {%- if said -%}{%- do run_query('alter table ' ~ target ~ ' set options (' ~ said | join(', ') ~ ')') -%}{%- endif -%}
{%- endmacro %}

{% macro _drop_candidate(candidate) -%}
  {%- do run_query('drop ' ~ (candidate.type or 'table') ~ ' if exists ' ~ candidate) -%}
{%- endmacro %}

{#- Drops what the candidate cannot replace: a view of its name, or a table that is partitioned or clustered in another way. -#}
{% macro _make_way_for_candidate(existing_relation, partition_by, cluster_by) -%}
  {%- if existing_relation is not none -%}
    {%- if not existing_relation.is_table or not adapter.is_replaceable(existing_relation, partition_by, cluster_by) -%}
      {%- do log('Hard refreshing ' ~ existing_relation ~ ' because it is not replaceable') -%}
      {%- do adapter.drop_relation(existing_relation) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
