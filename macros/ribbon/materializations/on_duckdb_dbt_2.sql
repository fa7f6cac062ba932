{#- DuckDB under dbt 2: no transaction is held around the model, and each query may run on a connection of its own, so there are
    no temporary tables. What is built or merged is a table beside the target until it passes. What makes it public is one script,
    which DuckDB runs in one transaction: after a kill it has happened or not. -#}

{% macro _build_table_on_dbt_2(run) -%}
  {%- call statement('main') -%}{{ create_table_as(False, run.candidate, ribbon.model_sql()) }}{%- endcall -%}
{%- endmacro %}

{#- Batches run side by side, so each has tables of its own. -#}
{% macro _candidate_on_dbt_2(run) -%}
  {%- set name = make_intermediate_relation(run.target).identifier ~ ribbon._suffix_of_batch() -%}
  {{ return(run.target.incorporate(path={'identifier': name})) }}
{%- endmacro %}

{% macro _suffix_of_batch() -%}
  {%- set batch = model.get('batch') -%}
  {{ return(modules.re.sub('[^0-9]', '', batch.event_time_start | string)[:14] if batch else '') }}
{%- endmacro %}

{#- The tables beside the target in which rows wait: what arrives of an incremental, the changes of a snapshot, and what
    quarantine takes out of a candidate. -#}
{% macro _staged_on_dbt_2(run) -%}
  {%- set suffix, found = ribbon._suffix_of_batch(), [] -%}
  {%- set arriving = run.target.identifier ~ '__ribbon_arriving' ~ suffix -%}
  {%- for name in [
    arriving, run.target.identifier ~ '__ribbon_changes', arriving ~ '__ribbon_aside',
    ribbon._candidate_on_dbt_2(run).identifier ~ '__ribbon_aside',
  ] -%}
    {%- do found.append(run.target.incorporate(path={'identifier': name}, type='table')) -%}
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
  {%- do run_query(create_table_as(False, changes, snapshot_staging_table(strategy, sql, run.candidate))) -%}
  {{ return(changes) }}
{%- endmacro %}

{#- A copy with the constraints and defaults of what is there. -#}
{% macro _open_for_merge_on_dbt_2(run) -%}
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

{#- Indexes go with the old table; where rows were merged into a copy of it, which has none, they are made again. -#}
{% macro _swap_on_dbt_2(run) -%}
  {%- set steps, again = [], [] -%}
  {%- if model.get('batch') and not run.is_rebuilt -%}
    {{ return(ribbon._take_over_batch(run)) }}
  {%- endif -%}
  {%- if run.old is not none -%}
    {%- if not run.is_rebuilt -%}{%- do again.extend(ribbon._of_duckdb('sql', 'duckdb_indexes()', run.old)) -%}{%- endif -%}
    {#- A pre-hook may have dropped it. -#}
    {%- do steps.append('drop ' ~ run.old.type ~ ' if exists ' ~ run.old) -%}
  {%- endif -%}
  {%- do steps.append('alter ' ~ run.target.type ~ ' ' ~ run.candidate ~ ' rename to ' ~ adapter.quote(run.target.identifier)) -%}
  {%- for sql in again -%}{%- do steps.append(sql.rstrip(';')) -%}{%- endfor -%}
  {%- do ribbon.run_script(steps + ribbon.held_for_swap()) -%}
{%- endmacro %}

{#- Other batches may be under way, and what they have made public must stay: only the rows of this one are taken over, with the
    columns that the candidate has. -#}
{% macro _take_over_batch(run) -%}
  {%- set new, old, steps = {}, {}, [] -%}
  {%- for column in ribbon.columns_of(run.candidate) -%}{%- do new.update({column.name: column.type}) -%}{%- endfor -%}
  {%- for column in ribbon.columns_of(run.target) -%}{%- do old.update({column.name: column.type}) -%}{%- endfor -%}
  {%- set alter = 'alter table ' ~ run.target -%}
  {%- for name, type in new.items() if name not in old -%}
    {%- do steps.append(alter ~ ' add column if not exists ' ~ adapter.quote(name) ~ ' ' ~ type) -%}
  {%- endfor -%}
  {%- for name in old if name not in new -%}
    {%- do steps.append(alter ~ ' drop column if exists ' ~ adapter.quote(name)) -%}
  {%- endfor -%}
  {%- for name, type in new.items() if name in old and old[name] != type -%}
    {%- do steps.append(alter ~ ' alter column ' ~ adapter.quote(name) ~ ' set data type ' ~ type) -%}
  {%- endfor -%}
  {%- do steps.append('delete from ' ~ run.target ~ ' where ' ~ ribbon._in_batch()) -%}
  {%- do steps.append(
    'insert into ' ~ run.target ~ ' by name select * from ' ~ run.candidate ~ ' where ' ~ ribbon._in_batch()) -%}
  {%- do steps.append('drop table ' ~ run.candidate) -%}
  {%- do ribbon.run_script(steps + ribbon.held_for_swap()) -%}
{%- endmacro %}
