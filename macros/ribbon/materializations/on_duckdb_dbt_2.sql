{#- DuckDB under dbt 2: no transaction is held around the model, and each query may run on a connection of its own, so there are no
    temporary tables. What is built or merged is a table beside the target until it passes. What makes it public is one script, which
    DuckDB runs in one transaction: after a kill it has happened or not. -#}

{% macro _build_table_on_dbt_2(run) -%}
  {%- call statement('main') -%}{{ create_table_as(False, run.candidate, ribbon.model_sql()) }}{%- endcall -%}
{%- endmacro %}

{#- The tables beside the target in which rows wait: what arrives of an incremental, the changes of a snapshot, and what quarantine
    takes out of a candidate. -#}
{% macro _staged_on_dbt_2(run) -%}
  {%- set batch, found = model.get('batch'), [] -%}
  {%- set suffix = modules.re.sub('[^0-9]', '', batch.event_time_start | string)[:14] if batch else '' -%}
  {%- for name in ['__ribbon_arriving' ~ suffix, '__ribbon_changes', '__dbt_tmp__ribbon_aside', '__ribbon_arriving__ribbon_aside'] -%}
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
