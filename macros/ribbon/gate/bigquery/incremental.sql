{#- dbt-bigquery 1.12.1's materialization `incremental` plus the gate. What is built anew is measured beside the target and copied
    over it. What is merged is staged and measured, merged into a copy of the target, and that measured and copied over it.
    microbatch: each batch passes the gate by itself, on a copy of its own, and only its partitions are copied. -#}
{% materialization incremental, adapter='bigquery', supported_languages=['sql', 'python'] -%}

  {%- set unique_key = config.get('unique_key') -%}
  {%- set full_refresh_mode = (should_full_refresh()) -%}
  {%- set code = ribbon.model_sql() -%}
  {%- set committed = ribbon.committed_before_gate() -%}
  {%- set pre_hooks = pre_hooks if model.language == 'sql' else [] %}

  {%- set target_relation = this %}
  {%- set existing_relation = load_relation(this) %}
  {%- set tmp_relation = make_temp_relation(this) %}
  {%- set batch = model.get('batch') if config.get('incremental_strategy') == 'microbatch' else none %}
  {%- set suffix = '_' ~ modules.re.sub('[^0-9]', '', batch.event_time_start | string)[:10] if batch else '' %}
  {%- set candidate = ribbon._candidate_of(this.incorporate(type='table'), suffix) %}

  {#-- Validate early so we don't run SQL if the strategy is invalid --#}
  {% set strategy = dbt_bigquery_validate_get_incremental_strategy(config) -%}

  {%- set raw_partition_by = config.get('partition_by', none) -%}
  {%- set partition_by = adapter.parse_partition_by(raw_partition_by) -%}
  {%- set partitions = config.get('partitions', none) -%}
  {%- set cluster_by = config.get('cluster_by', none) -%}

  {% set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') %}
  {% set incremental_predicates = config.get('predicates', default=none) or config.get('incremental_predicates', default=none) %}

   -- grab current tables grants config for comparison later on
  {% set grant_config = config.get('grants') %}

  {{ run_hooks(pre_hooks) }}

  {% if partition_by.copy_partitions is true and strategy not in ['insert_overwrite', 'microbatch'] %}
        {#-- We can't copy partitions with merge strategy --#}
        {% set wrong_strategy_msg -%}
        The 'copy_partitions' option requires the 'incremental_strategy' option to be set to 'insert_overwrite' or 'microbatch'.
        {%- endset %}
        {% do exceptions.raise_compiler_error(wrong_strategy_msg) %}

  {% elif existing_relation is none or existing_relation.is_view or full_refresh_mode %}
      {% do ribbon._drop_candidate(candidate) %}
      {%- call statement('main') -%}
        {{ bq_create_table_as(partition_by, False, candidate, code, 'sql') }}
      {%- endcall -%}
      {% do ribbon._allow_whole_reads(candidate) %}
      {% do ribbon.gate(candidate, discard=[candidate] + committed) %}
      {#-- If the partition/cluster config has changed, then we must drop and recreate --#}
      {% do ribbon._make_way_for_candidate(existing_relation, partition_by, cluster_by) %}
      {% do ribbon._publish_candidate(candidate, target_relation) %}

  {% else %}
    {#-- Always staged, so that what arrives is measured before it is merged --#}
    {%- call statement('create_tmp_relation') -%}
      {{ bq_create_table_as(partition_by, True, tmp_relation, code, 'sql') }}
    {%- endcall -%}
    {% set tmp_relation_exists = true %}
    {% do ribbon.gate(tmp_relation, 'arriving', discard=[tmp_relation] + committed) %}

    {% do ribbon._copy_as_candidate(existing_relation, candidate) %}
    {% set partitions_touched = ribbon._partitions_in(tmp_relation, partition_by) if batch else [] %}
    {#-- Process schema changes. Returns dict of changes if successful. Use source columns for upserting/merging --#}
    {% set dest_columns = adapter.dispatch('process_schema_changes', 'dbt')(on_schema_change, tmp_relation, candidate) %}
    {% if not dest_columns %}
      {% set dest_columns = adapter.get_columns_in_relation(candidate) %}
    {% endif %}
    {#-- The pseudo column of ingestion time is not part of the schema, but is needed to insert data --#}
    {% if partition_by.time_ingestion_partitioning %}
      {% set dest_columns = adapter.add_time_ingestion_partition_column(partition_by, dest_columns) %}
    {% endif %}

    {% set build_sql = bq_generate_incremental_build_sql(
        strategy, tmp_relation, candidate, code, unique_key, partition_by, partitions, dest_columns,
        tmp_relation_exists, partition_by.copy_partitions, incremental_predicates
    ) %}

    {%- call statement('main') -%}
      {{ build_sql }}
    {% endcall %}
    {% do ribbon.gate_batch(candidate, discard=[candidate, tmp_relation] + committed) %}
    {% do ribbon.gate(candidate, 'merged', discard=[candidate, tmp_relation] + committed) %}
    {% if batch %}
      {#-- Other batches may be under way, so only the partitions of this one are copied --#}
      {% do adapter.dispatch('process_schema_changes', 'dbt')(on_schema_change, candidate, existing_relation) %}
      {% do bq_copy_partitions(candidate, existing_relation, partitions_touched, partition_by) %}
      {% do ribbon._drop_candidate(candidate) %}
    {% else %}
      {% do ribbon._publish_candidate(candidate, existing_relation) %}
    {% endif %}

  {% endif %}

  {% do ribbon.forget_python() %}
  {% do ribbon.run_post_hooks(target_relation) %}

  {% set target_relation = this.incorporate(type='table') %}

  {% set should_revoke = should_revoke(existing_relation, full_refresh_mode) %}
  {% do apply_grants(target_relation, grant_config, should_revoke) %}

  {% do persist_docs(target_relation, model) %}

  {%- if tmp_relation_exists -%}
    {{ adapter.drop_relation(tmp_relation) }}
  {%- endif -%}

  {% do ribbon.note_built() %}
  {{ return({'relations': [target_relation]}) }}

{%- endmaterialization %}

{#- The partitions that have rows in a relation. -#}
{% macro _partitions_in(relation, partition_by) -%}
  {{ return(run_query('select distinct ' ~ partition_by.render_wrapped() ~ ' from ' ~ relation).columns[0].values()) }}
{%- endmacro %}
