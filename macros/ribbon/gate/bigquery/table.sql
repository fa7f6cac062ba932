{#- dbt-bigquery 1.12.1's materialization `table` plus the gate: a candidate is built beside the target, measured, and copied over
    it. -#}
{% materialization table, adapter='bigquery', supported_languages=['sql', 'python']-%}

  {%- set code = ribbon.model_sql() -%}
  {%- set pre_hooks = pre_hooks if model.language == 'sql' else [] -%}
  {%- set identifier = model['alias'] -%}
  {%- set old_relation = adapter.get_relation(database=database, schema=schema, identifier=identifier) -%}
  {%- set target_relation = api.Relation.create(database=database, schema=schema, identifier=identifier, type='table') -%}
  {%- set candidate = ribbon._candidate_of(target_relation) -%}

  -- grab current tables grants config for comparision later on
  {%- set grant_config = config.get('grants') -%}

  {{ run_hooks(pre_hooks) }}

  -- build model
  {%- set raw_partition_by = config.get('partition_by', none) -%}
  {%- set partition_by = adapter.parse_partition_by(raw_partition_by) -%}
  {%- set cluster_by = config.get('cluster_by', none) -%}
  {%- do ribbon._drop_candidate(candidate) -%}
  {%- call statement('main') -%}
    {{ create_table_as(False, candidate, code) }}
  {%- endcall -%}
  {% do ribbon._allow_whole_reads(candidate) %}
  {% do ribbon.gate(candidate, discard=[candidate] + ribbon.committed_before_gate()) %}
  {% do ribbon._make_way_for_candidate(old_relation, partition_by, cluster_by) %}
  {% do ribbon._publish_candidate(candidate, target_relation) %}

  {% do ribbon.forget_python() %}
  {% do ribbon.run_post_hooks(target_relation) %}

  {% set should_revoke = should_revoke(old_relation, full_refresh_mode=True) %}
  {% do apply_grants(target_relation, grant_config, should_revoke) %}

  {% do persist_docs(target_relation, model) %}

  {% do ribbon.note_built() %}
  {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
