{#- The whole history is measured after the new versions were merged into it: what was set aside of it is part of it until the
    gate sets it aside again. -#}
{% macro materialize_snapshot() -%}
  {%- set run = ribbon.begin_materialization('snapshot') -%}
  {%- if run.old is not none and not run.old.is_table -%}
    {%- do exceptions.relation_wrong_type(run.old, 'table') -%}
  {%- endif -%}
  {%- set exists = run.old is not none -%}
  {%- set strategy_macro = strategy_dispatch(config.get('strategy')) -%}
  {%- set strategy = strategy_macro(model, 'snapshotted_data', 'source_data', model['config'], exists) -%}
  {%- if exists -%}
    {%- do adapter.assert_valid_snapshot_target_given_strategy(
      run.target, config.get('snapshot_table_column_names') or get_snapshot_table_column_names(), strategy) -%}
    {%- do check_time_data_types(snapshot_staging_table(strategy, sql, run.target)) -%}
    {%- do ribbon.open_for_merge(run) -%}
    {%- do ribbon.put_versions_back(run.candidate) -%}
    {%- do run.update({'changes': adapter.dispatch('_stage_versions', 'ribbon')(run, strategy)}) -%}
    {%- if run.candidate.identifier != run.target.identifier -%}{%- do run.committed.append(run.changes) -%}{%- endif -%}
    {%- set final_sql = ribbon._sql_of_versions(run.candidate, run.changes, strategy) -%}
  {%- else -%}
    {%- set first = build_snapshot_table(strategy, sql) -%}
    {%- do check_time_data_types(first) -%}
    {%- set final_sql = create_table_as(False, run.candidate, first) -%}
  {%- endif -%}
  {%- call statement('main') -%}{{ final_sql }}{%- endcall -%}
  {%- do ribbon.measure_candidate(run) -%}
  {%- do ribbon.swap(run) -%}
  {{ return(ribbon.end_materialization(run)) }}
{%- endmacro %}

{% macro default___stage_versions(run, strategy) -%}
  {{ return(build_snapshot_staging_table(strategy, sql, run.candidate)) }}
{%- endmacro %}

{#- Merges new versions into a history, which gets the columns that it lacks first. -#}
{% macro _sql_of_versions(history, changes, strategy) -%}
  {%- do adapter.expand_target_column_types(from_relation=changes, to_relation=history) -%}
  {%- set of_changes = ['dbt_change_type', 'dbt_unique_key'] -%}
  {%- for key in strategy.unique_key if strategy.unique_key is not string -%}
    {%- do of_changes.append('dbt_unique_key_' ~ loop.index) -%}
  {%- endfor -%}
  {%- set missing, names = [], [] -%}
  {%- for column in adapter.get_missing_columns(changes, history) if column.name | lower not in of_changes -%}
    {%- do missing.append(column) -%}
  {%- endfor -%}
  {%- do create_columns(history, missing) -%}
  {%- for column in adapter.get_columns_in_relation(changes) if column.name | lower not in of_changes -%}
    {%- do names.append(adapter.quote(column.name)) -%}
  {%- endfor -%}
  {{ return(snapshot_merge_sql(target=history, source=changes, insert_cols=names)) }}
{%- endmacro %}
