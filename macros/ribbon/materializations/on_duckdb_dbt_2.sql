{#- DuckDB under dbt 2: no transaction is held around the model, and each query may run on a connection of its own, so there are
    no temporary tables. What is built or merged is a table beside the target until it passes. What makes it public is one script,
    which DuckDB runs in one transaction: after a kill it has happened or not. -#}

{% macro _build_table_on_dbt_2(run) -%}
  {%- call statement('main') -%}{{ create_table_as(False, run.candidate, ribbon.model_sql()) }}{%- endcall -%}
{%- endmacro %}

{#- The tables beside the target in which rows wait: what arrives of an incremental, the changes of a snapshot, and what
    quarantine takes out of a candidate. -#}
{% macro _staged_on_dbt_2(run) -%}
  {%- set batch, found = model.get('batch'), [] -%}
  {%- set suffix = modules.re.sub('[^0-9]', '', batch.event_time_start | string)[:14] if batch else '' -%}
  {%- for name in [
    '__ribbon_arriving' ~ suffix, '__ribbon_changes', '__dbt_tmp__ribbon_aside', '__ribbon_arriving' ~ suffix ~ '__ribbon_aside'
  ] -%}
    {%- do found.append(run.target.incorporate(path={'identifier': run.target.identifier ~ name}, type='table')) -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro %}

{% macro _stage_rows_on_dbt_2(run) -%}
  {%- set arriving = ribbon._staged_on_dbt_2(run)[0] -%}
  {%- do run.committed.append(arriving) -%}
  {%- do run.leftovers.append(arriving) -%}
  {%- do run_query(create_table_as(False, arriving, ribbon.model_sql())) -%}
  {%- do ribbon._keep_rows_of_batch(arriving) -%}
  {{ return(arriving) }}
{%- endmacro %}

{% macro _stage_versions_on_dbt_2(run, strategy) -%}
  {%- set changes = ribbon._staged_on_dbt_2(run)[1] -%}
  {%- do run_query(create_table_as(False, changes, snapshot_staging_table(strategy, sql, run.target))) -%}
  {{ return(changes) }}
{%- endmacro %}

{#- A copy with the constraints and defaults of what is there. -#}
{% macro _open_for_merge_on_dbt_2(run) -%}
  {%- if run.get('changes') -%}{%- do run.committed.append(run.changes) -%}{%- endif -%}
  {%- set ddl = ribbon._of_duckdb('sql', 'duckdb_tables()', run.target)[0] -%}
  {%- do run_query(
    'create table ' ~ run.candidate ~ ddl[ddl.index('('):] ~ ' insert into ' ~ run.candidate ~ ' select * from ' ~ run.target) -%}
{%- endmacro %}

{#- As dbt's `process_schema_changes`, but by the staged table: dbt 2.0.0a4 describes the query instead, and takes `integer` and
    `INTEGER` for two types. -#}
{% macro _change_schema_on_dbt_2(run, arriving, on_schema_change) -%}
  {%- if on_schema_change == 'ignore' -%}{{ return([]) }}{%- endif -%}
  {%- set new, old = adapter.get_columns_in_relation(arriving), adapter.get_columns_in_relation(run.candidate) -%}
  {%- set changes = {
    'source_not_in_target': diff_columns(new, old), 'target_not_in_source': diff_columns(old, new), 'source_columns': new,
    'target_columns': old, 'new_target_types': diff_column_data_types(new, old),
  } -%}
  {%- set differs = changes.source_not_in_target or changes.target_not_in_source or changes.new_target_types -%}
  {%- if differs and on_schema_change == 'fail' -%}
    {%- do ribbon._discard(run.committed) -%}
    {%- do exceptions.raise_compiler_error(
      'The source and target schemas on this incremental model are out of sync. New columns: '
      ~ changes.source_not_in_target | map(attribute='name') | join(', ') ~ '; missing: '
      ~ changes.target_not_in_source | map(attribute='name') | join(', ') ~ '; other types: '
      ~ changes.new_target_types | map(attribute='column_name') | join(', ')
      ~ '. Set on_schema_change to append_new_columns or sync_all_columns, or run with --full-refresh.') -%}
  {%- elif differs -%}
    {%- do sync_column_schemas(on_schema_change, run.candidate, dict(changes, schema_changed=true)) -%}
  {%- endif -%}
  {{ return(new) }}
{%- endmacro %}

{#- One column of DuckDB's own catalog, for a table. -#}
{% macro _of_duckdb(column, function, relation) -%}
  {%- set query -%}
    select {{ column }}
    from {{ function }}
    where
      database_name = {{ ribbon.sql_literal(relation.database) }}
      and schema_name = {{ ribbon.sql_literal(relation.schema) }}
      and table_name = {{ ribbon.sql_literal(relation.identifier) }}
  {%- endset -%}
  {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}

{#- As dbt's `create_csv_table` and the adapter's `load_csv_rows`, which know no other table than the target. -#}
{% macro _load_seed_on_dbt_2(run, rows) -%}
  {%- set columns, config_types = [], model.config.get('column_types') or {} -%}
  {%- for name in rows.column_names -%}
    {%- set type = config_types.get(name) or adapter.convert_type(rows, loop.index0) -%}
    {%- do columns.append(adapter.quote_seed_column(name, model.config.get('quote_columns')) ~ ' ' ~ type) -%}
  {%- endfor -%}
  {%- do run_query('create table ' ~ run.candidate ~ ' (' ~ columns | join(', ') ~ ')') -%}
  {%- set load -%}
    copy {{ run.candidate }} from {{ ribbon.sql_literal(adapter.get_seed_file_path(model)) }}
    (format csv, header true, delimiter {{ ribbon.sql_literal(config.get('delimiter', ',')) }})
  {%- endset -%}
  {%- do run_query(load) -%}
  {{ return(load) }}
{%- endmacro %}

{#- Indexes are dropped and made again, because DuckDB renames no table that has them. A view is replaced. -#}
{% macro _swap_on_dbt_2(run) -%}
  {%- set steps, again = [], [] -%}
  {%- if run.old is not none -%}
    {%- for name in ribbon._of_duckdb('index_name', 'duckdb_indexes()', run.old) if run.old.is_table -%}
      {%- do steps.append('drop index ' ~ adapter.quote(run.old.schema) ~ '.' ~ adapter.quote(name)) -%}
    {%- endfor -%}
    {%- if not run.is_rebuilt -%}{%- do again.extend(ribbon._of_duckdb('sql', 'duckdb_indexes()', run.old)) -%}{%- endif -%}
    {%- do steps.append('drop ' ~ run.old.type ~ ' ' ~ run.old) -%}
  {%- endif -%}
  {%- do steps.append('alter ' ~ run.target.type ~ ' ' ~ run.candidate ~ ' rename to ' ~ adapter.quote(run.target.identifier)) -%}
  {%- for sql in again -%}{%- do steps.append(sql.rstrip(';')) -%}{%- endfor -%}
  {%- do ribbon.run_script(steps + ribbon.held_for_swap()) -%}
{%- endmacro %}
