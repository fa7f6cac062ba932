{#- dbt-bigquery 1.12.1's materialization `view` plus the gate: what a candidate view answers is measured before the view is
    replaced. A view changes when its parents do, so what was measured is what it answered when it was built. -#}
{% materialization view, adapter='bigquery' -%}
  {%- set identifier = model['alias'] -%}
  {%- set old_relation = adapter.get_relation(database=database, schema=schema, identifier=identifier) -%}
  {%- set exists_as_view = (old_relation is not none and old_relation.is_view) -%}
  {%- set target_relation = api.Relation.create(identifier=identifier, schema=schema, database=database, type='view') -%}
  {%- set candidate = ribbon._candidate_of(target_relation) -%}

  -- grab current tables grants config for comparision later on
  {% set grant_config = config.get('grants') %}

  {{ run_hooks(pre_hooks) }}

  {% call statement('candidate') -%}
    {{ get_create_view_as_sql(candidate, sql) }}
  {%- endcall %}
  {% do ribbon.gate(candidate | string, discard=[candidate]) %}
  {% do ribbon._drop_candidate(candidate) %}

  -- If there's a table with the same name and we weren't told to full refresh,
  -- that's an error. If we were told to full refresh, drop it.
  {%- if old_relation is not none and not old_relation.is_view -%}
    {{ handle_existing_table(should_full_refresh(), old_relation) }}
  {%- endif -%}

  -- build model
  {% call statement('main') -%}
    {{ get_create_view_as_sql(target_relation, sql) }}
  {%- endcall %}

  {% set should_revoke = should_revoke(exists_as_view, full_refresh_mode=True) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=should_revoke) %}

  {% do ribbon.run_post_hooks(target_relation | string) %}

  {% do persist_docs(target_relation, model) %}

  {% if config.get('grant_access_to') %}
    {% for grant_target_dict in config.get('grant_access_to') %}
      {% do adapter.grant_access_to(this, 'view', None, grant_target_dict) %}
    {% endfor %}
  {% endif %}

  {% do ribbon.note_built() %}
  {{ return({'relations': [target_relation]}) }}

{%- endmaterialization %}
