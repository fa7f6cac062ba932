{#- dbt's own materialization `seed` (dbt-adapters 1.24.5, with dbt-bigquery 1.12.1's way to load) plus the gate: the rows are
    loaded beside the target, measured, and copied over it. -#}
{% materialization seed, adapter='bigquery' %}

  {%- set identifier = model['alias'] -%}
  {%- set full_refresh_mode = (should_full_refresh()) -%}

  {%- set old_relation = adapter.get_relation(database=database, schema=schema, identifier=identifier) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set candidate = ribbon._candidate_of(target_relation) -%}

  {%- set grant_config = config.get('grants') -%}
  {%- set agate_table = load_agate_table() -%}
  -- grab current tables grants config for comparison later on

  {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}

  {{ run_hooks(pre_hooks) }}

  {% if old_relation is not none and old_relation.is_view %}
    {{ exceptions.raise_compiler_error("Cannot seed to '{}', it is a view".format(old_relation.render())) }}
  {% endif %}

  -- build model
  {% set code = 'CREATE' if full_refresh_mode else 'INSERT' %}
  {% set rows_affected = (agate_table.rows | length) %}
  {% if flags.EMPTY %}
    {#-- Loading reads the file as it is, so the table without rows is created --#}
    {% if old_relation is none %}
      {% do create_csv_table(model, agate_table) %}
    {% else %}
      {% do reset_csv_table(model, full_refresh_mode, old_relation, agate_table) %}
    {% endif %}
  {% else %}
    {% do adapter.load_dataframe(
      candidate.database, candidate.schema, candidate.identifier, agate_table, model['config'].get('column_types', {}),
      model['config']['delimiter']) %}
    {% do ribbon.gate(candidate, discard=[candidate]) %}
    {% do ribbon._publish_candidate(candidate, target_relation) %}
  {% endif %}

  {% call noop_statement('main', code ~ ' ' ~ rows_affected, code, rows_affected) %}
    -- dbt seed --
  {% endcall %}

  {% set should_revoke = should_revoke(old_relation, full_refresh_mode) %}
  {% do apply_grants(target_relation, grant_config, should_revoke=should_revoke) %}

  {% do persist_docs(target_relation, model) %}

  {% do ribbon.run_post_hooks(target_relation) %}

  {% do ribbon.note_built() %}
  {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}
