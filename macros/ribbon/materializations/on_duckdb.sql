{#- DuckDB: dbt holds a transaction around the model, and where the gate raises, the rollback takes back all that was written in
    it. So a table and a view are built beside the old one and renamed; rows are merged, and seeds loaded, into the table
    itself. -#}
{% macro duckdb___name_candidate(run) -%}
  {#- A history starts in its place, as in plain dbt: DuckLake may lose its layout where it is renamed. -#}
  {%- set is_first = run.old is none and run.kind in ['incremental', 'snapshot'] and not ribbon.is_dbt_2() -%}
  {%- set candidate = ribbon._candidate_on_dbt_2(run) if ribbon.is_dbt_2() else make_intermediate_relation(run.target) -%}
  {%- set backup = make_backup_relation(run.target, run.target.type if run.old is none else run.old.type) -%}
  {%- for left in [candidate, backup] + (ribbon._staged_on_dbt_2(run) if ribbon.is_dbt_2() else []) -%}
    {%- do drop_relation_if_exists(load_cached_relation(left)) -%}
  {%- endfor -%}
  {%- do run.update({'candidate': run.target if is_first else candidate, 'backup': backup, 'dependents': []}) -%}
  {%- if ribbon.is_dbt_2() -%}{%- do run.committed.append(candidate) -%}{%- endif -%}
{%- endmacro %}

{#- Tables with foreign keys must not be renamed (see has_foreign_key_constraints), so such a table is built in its place. -#}
{% macro duckdb___build_table(run) -%}
  {%- if ribbon.is_dbt_2() -%}{{ return(ribbon._build_table_on_dbt_2(run)) }}{%- endif -%}
  {%- if has_foreign_key_constraints(run.old) -%}
    {%- do run.update({'candidate': run.target}) -%}
    {%- if run.old is not none -%}{%- do run.update({'dependents': drop_relation_for_rebuild(run.old)}) -%}{%- endif -%}
  {%- endif -%}
  {%- set layout = {
    'partitioned_by': duckdb__get_partitioned_by(run.target, false), 'sorted_by': duckdb__get_sorted_by(run.target, false)
  } -%}
  {%- set has_layout = layout.values() | select | list | length > 0 -%}
  {%- if run.kind == 'table' and adapter.use_ducklake_table_workarounds(run.target) -%}
    {%- do run.update({'comments_later': true, 'layout': layout}) -%}
  {%- endif -%}
  {%- set begins = run.kind == 'table' or not (has_layout and adapter.is_ducklake(run.target)) -%}
  {%- call statement('main', auto_begin=begins) -%}
    {{ create_table_as(False, run.candidate, ribbon.model_sql(), 'sql', **layout) }}
  {%- endcall -%}
{%- endmacro %}

{% macro duckdb___build_view(run) -%}
  {%- call statement('main') -%}{{ get_create_view_as_sql(run.candidate, sql) }}{%- endcall -%}
{%- endmacro %}

{#- A temporary table, where there are any. Batches that run side by side have one each. -#}
{% macro duckdb___stage_rows(run) -%}
  {%- if ribbon.is_dbt_2() -%}{{ return(ribbon._stage_rows_on_dbt_2(run)) }}{%- endif -%}
  {%- set staged = duckdb__dispatch_temporary_relation(run.target, adapter.batch_id_for_model(model)) -%}
  {%- if not staged.temporary -%}{%- do run.leftovers.append(staged.relation) -%}{%- endif -%}
  {%- do run_query(create_table_as(staged.temporary, staged.relation, ribbon.model_sql(), 'sql')) -%}
  {%- do adapter.ensure_transaction() -%}
  {%- do ribbon._keep_rows_of_batch(staged.relation) -%}
  {{ return(staged.relation) }}
{%- endmacro %}

{#- The strategy inserts no row that lies outside the batch, so the gate does not judge it. -#}
{% macro _keep_rows_of_batch(staged) -%}
  {%- if model.get('batch') and config.get('incremental_strategy') == 'microbatch' -%}
    {%- do run_query('delete from ' ~ staged ~ ' where not coalesce(' ~ ribbon._in_batch() ~ ', false)') -%}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb___open_for_merge(run) -%}
  {%- if ribbon.is_dbt_2() -%}{{ return(ribbon._open_for_merge_on_dbt_2(run)) }}{%- endif -%}
  {%- do adapter.ensure_transaction() -%}
  {%- do run.update({'candidate': run.target}) -%}
{%- endmacro %}

{% macro duckdb___merge_rows(run, arriving, on_schema_change) -%}
  {%- do adapter.expand_target_column_types(from_relation=arriving, to_relation=run.candidate) -%}
  {%- set columns = ribbon._change_schema_on_dbt_2(run, arriving, on_schema_change) if ribbon.is_dbt_2()
    else process_schema_changes(on_schema_change, arriving, run.candidate) -%}
  {%- set strategy_macro = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
  {%- call statement('main') -%}
    {{ strategy_macro({
      'target_relation': run.candidate, 'temp_relation': arriving, 'unique_key': config.get('unique_key'),
      'dest_columns': columns or adapter.get_columns_in_relation(run.candidate),
      'incremental_predicates': config.get('predicates', none) or config.get('incremental_predicates', none)
    }) }}
  {%- endcall -%}
{%- endmacro %}

{% macro duckdb___stage_versions(run, strategy) -%}
  {{ return(
    ribbon._stage_versions_on_dbt_2(run, strategy) if ribbon.is_dbt_2() else ribbon.default___stage_versions(run, strategy)
  ) }}
{%- endmacro %}

{#- All in one transaction: a full refresh drops the table, which by itself commits at once. -#}
{% macro duckdb___load_seed(run, rows) -%}
  {%- if ribbon.is_dbt_2() -%}{{ return(ribbon._load_seed_on_dbt_2(run, rows)) }}{%- endif -%}
  {%- do adapter.ensure_transaction() -%}
  {%- do run.update({'candidate': run.target, 'is_rebuilt': should_full_refresh() or run.old is none}) -%}
  {%- set create = create_csv_table(model, rows) if run.old is none
    else reset_csv_table(model, should_full_refresh(), run.old, rows) -%}
  {%- set load = load_csv_rows(model, rows) if rows.rows else '' -%}
  {{ return(get_csv_sql(create, load) ~ ';') }}
{%- endmacro %}

{#- Indexes, and foreign keys of others, are dropped first: DuckDB renames no table that has them. -#}
{% macro duckdb___swap(run) -%}
  {%- if ribbon.is_dbt_2() -%}{{ return(ribbon._swap_on_dbt_2(run)) }}{%- endif -%}
  {%- if run.candidate.identifier != run.target.identifier -%}
    {#- A pre-hook may have dropped it. -#}
    {%- set old = load_cached_relation(run.target) -%}
    {%- if old is not none -%}
      {%- if run.kind != 'view' -%}{%- do drop_indexes_on_relation(old) -%}{%- endif -%}
      {%- if run.kind != 'view' and old.is_table and may_be_foreign_key_target(old) -%}
        {%- do run.update({'dependents': drop_foreign_key_dependents(old)}) -%}
      {%- endif -%}
      {%- do adapter.rename_relation(old, run.backup) -%}
      {%- do run.leftovers.append(run.backup) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(run.candidate, run.target) -%}
  {%- endif -%}
  {%- do restore_foreign_key_dependents(run.dependents) -%}
{%- endmacro %}

{#- The commit, and what comes after it. DuckLake before DuckDB 1.5.3 could lose what a table was altered by when it was renamed,
    and refuse comments in the transaction that made it. -#}
{% macro duckdb___finish(run) -%}
  {%- do adapter.commit() -%}
  {%- if run.get('comments_later') -%}
    {%- for name, columns in run.layout.items() if columns -%}
      {%- call statement('reassert_' ~ name, auto_begin=False) -%}
        {{ duckdb__alter_table_set_partitioned_by(run.target, columns) if name == 'partitioned_by'
          else duckdb__alter_table_set_sorted_by(run.target, columns) }}
      {%- endcall -%}
    {%- endfor -%}
    {%- do persist_docs(run.target, model) -%}
  {%- endif -%}
  {%- for relation in run.leftovers -%}
    {#- MotherDuck drops the indexes with the table, and other statements on them may conflict. -#}
    {%- if run.kind == 'incremental' and not (ribbon.is_dbt_2() or adapter.is_motherduck()) -%}
      {%- do drop_indexes_on_relation(relation) -%}
    {%- endif -%}
    {%- do drop_relation_if_exists(relation) -%}
  {%- endfor -%}
  {%- if run.get('changes') -%}{%- do post_snapshot(run.changes) -%}{%- endif -%}
{%- endmacro %}
