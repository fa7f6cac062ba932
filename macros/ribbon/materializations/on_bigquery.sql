{#- BigQuery has no transaction around what a model writes, so a candidate is a table beside the target until it passes. It is
    built with all options of the target; what BigQuery does not copy (labels, expiry, encryption key) is set again afterwards,
    and grants are granted again. A candidate that a killed run left behind is replaced by the next one. -#}
{% macro bigquery___name_candidate(run) -%}
  {%- set batch = model.get('batch') if config.get('incremental_strategy') == 'microbatch' else none -%}
  {%- set suffix = '_' ~ modules.re.sub('[^0-9]', '', batch.event_time_start | string)[:10] if batch else '' -%}
  {%- set name = run.target.identifier ~ '__ribbon_candidate' ~ suffix -%}
  {%- do run.update({'batch': batch, 'candidate': run.target.incorporate(path={'identifier': name})}) -%}
  {%- do run.committed.append(run.candidate) -%}
{%- endmacro %}

{#- dbt-bigquery runs these hooks alone. -#}
{% macro bigquery___moments_of_hooks() -%}{{ return([true]) }}{%- endmacro %}

{% macro bigquery___kinds_with_hooks_before_grants() -%}{{ return(['table', 'incremental']) }}{%- endmacro %}

{% macro bigquery___check_strategy() -%}
  {%- set strategy = dbt_bigquery_validate_get_incremental_strategy(config) -%}
  {%- set copies = adapter.parse_partition_by(config.get('partition_by', none)).copy_partitions is true -%}
  {%- if copies and strategy not in ['insert_overwrite', 'microbatch'] -%}
    {%- do exceptions.raise_compiler_error(
      "The 'copy_partitions' option requires the 'incremental_strategy' option to be set to 'insert_overwrite' or "
      ~ "'microbatch'.") -%}
  {%- endif -%}
{%- endmacro %}

{% macro bigquery___build_table(run) -%}
  {%- do ribbon._drop_candidate(run.candidate) -%}
  {%- call statement('main') -%}{{ ribbon._bigquery_table(run, run.candidate, temporary=False) }}{%- endcall -%}
{%- endmacro %}

{#- What incremental builds: partitions by the time of ingestion, and the newest partition at hand for the model's SQL. -#}
{% macro _bigquery_table(run, relation, temporary) -%}
  {%- if run.kind == 'table' -%}{{ return(create_table_as(temporary, relation, ribbon.model_sql())) }}{%- endif -%}
  {%- set partition_by = adapter.parse_partition_by(config.get('partition_by', none)) -%}
  {{ return(bq_create_table_as(partition_by, temporary, relation, ribbon.model_sql(), 'sql')) }}
{%- endmacro %}

{% macro bigquery___build_view(run) -%}
  {%- call statement('candidate') -%}{{ get_create_view_as_sql(run.candidate, sql) }}{%- endcall -%}
{%- endmacro %}

{% macro bigquery___stage_rows(run) -%}
  {%- set arriving = make_temp_relation(this) -%}
  {%- call statement('create_tmp_relation') -%}{{ ribbon._bigquery_table(run, arriving, temporary=True) }}{%- endcall -%}
  {%- do run.committed.append(arriving) -%}
  {%- do run.leftovers.append(arriving) -%}
  {{ return(arriving) }}
{%- endmacro %}

{#- A copy job, as publishing is: it costs no query, and emulators know it, unlike `create table … clone`. -#}
{% macro bigquery___open_for_merge(run) -%}
  {%- do adapter.copy_table(run.old, run.candidate, 'table') -%}
  {%- do ribbon.bigquery___open_to_gate(run) -%}
{%- endmacro %}

{#- The gate reads a candidate as a whole, which `require_partition_filter` forbids. -#}
{% macro bigquery___open_to_gate(run) -%}
  {%- if config.get('require_partition_filter') and config.get('partition_by') and run.kind != 'view' -%}
    {%- do run_query('alter table ' ~ run.candidate ~ ' set options (require_partition_filter = false)') -%}
  {%- endif -%}
{%- endmacro %}

{% macro bigquery___merge_rows(run, arriving, on_schema_change) -%}
  {%- set partition_by = adapter.parse_partition_by(config.get('partition_by', none)) -%}
  {%- if run.batch -%}
    {%- set touched = run_query('select distinct ' ~ partition_by.render_wrapped() ~ ' from ' ~ arriving).columns[0].values() -%}
    {%- do run.update({'touched': touched, 'partition_by': partition_by, 'on_schema_change': on_schema_change}) -%}
  {%- endif -%}
  {%- set columns = adapter.dispatch('process_schema_changes', 'dbt')(on_schema_change, arriving, run.candidate)
    or adapter.get_columns_in_relation(run.candidate) -%}
  {%- if partition_by.time_ingestion_partitioning -%}
    {#- The pseudo column of ingestion time is not part of the schema, but is needed to insert data. -#}
    {%- set columns = adapter.add_time_ingestion_partition_column(partition_by, columns) -%}
  {%- endif -%}
  {%- call statement('main') -%}
    {{ bq_generate_incremental_build_sql(
      dbt_bigquery_validate_get_incremental_strategy(config), arriving, run.candidate, ribbon.model_sql(),
      config.get('unique_key'), partition_by, config.get('partitions', none), columns, true, partition_by.copy_partitions,
      config.get('predicates', default=none) or config.get('incremental_predicates', default=none)
    ) }}
  {%- endcall -%}
{%- endmacro %}

{#- Loading reads the file as it is, so where no row is wanted the table itself is created, empty. -#}
{% macro bigquery___load_seed(run, rows) -%}
  {%- do run.update({'is_rebuilt': true}) -%}
  {%- if flags.EMPTY -%}
    {%- do run.update({'candidate': run.target}) -%}
    {%- do create_csv_table(model, rows) if run.old is none
      else reset_csv_table(model, should_full_refresh(), run.old, rows) -%}
  {%- else -%}
    {%- do adapter.load_dataframe(
      run.candidate.database, run.candidate.schema, run.candidate.identifier, rows,
      model['config'].get('column_types', {}), model['config']['delimiter']) -%}
  {%- endif -%}
  {{ return('-- dbt seed --') }}
{%- endmacro %}

{% macro bigquery___swap(run) -%}
  {%- if run.kind == 'view' -%}
    {%- do ribbon._replace_view(run) -%}
  {%- elif run.get('touched') is not none -%}
    {#- Other batches may be under way, so only the partitions of this one are copied. -#}
    {%- do adapter.dispatch('process_schema_changes', 'dbt')(run.on_schema_change, run.candidate, run.old) -%}
    {%- do bq_copy_partitions(run.candidate, run.old, run.touched, run.partition_by) -%}
    {%- do ribbon._drop_candidate(run.candidate) -%}
  {%- elif run.candidate.identifier != run.target.identifier -%}
    {%- if run.kind in ['table', 'incremental'] and run.is_rebuilt -%}{%- do ribbon._make_way(run.old) -%}{%- endif -%}
    {%- do adapter.copy_table(run.candidate, run.target, 'table') -%}
    {%- do ribbon._set_options(run.target) -%}
    {%- do ribbon._drop_candidate(run.candidate) -%}
  {%- endif -%}
{%- endmacro %}

{#- A table of the name is in the way: an error, or where all is built anew it is dropped. -#}
{% macro _replace_view(run) -%}
  {%- do ribbon._drop_candidate(run.candidate) -%}
  {%- if run.old is not none and not run.old.is_view -%}
    {%- do handle_existing_table(should_full_refresh(), run.old) -%}
  {%- endif -%}
  {%- call statement('main') -%}{{ get_create_view_as_sql(run.target, sql) }}{%- endcall -%}
{%- endmacro %}

{#- Drops what the candidate cannot replace: a view of its name, or a table that is partitioned or clustered in another way. -#}
{% macro _make_way(old) -%}
  {%- set partition_by = adapter.parse_partition_by(config.get('partition_by', none)) -%}
  {%- if old is not none -%}
    {%- if not old.is_table or not adapter.is_replaceable(old, partition_by, config.get('cluster_by', none)) -%}
      {%- do log('Hard refreshing ' ~ old ~ ' because it is not replaceable') -%}
      {%- do adapter.drop_relation(old) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{% macro _set_options(target) -%}
  {%- set options = [] -%}
  {%- for name, value in adapter.get_table_options(config, model, false).items() -%}
    {%- do options.append(name ~ '=' ~ value) -%}
  {%- endfor -%}
  {%- if options -%}{%- do run_query('alter table ' ~ target ~ ' set options (' ~ options | join(', ') ~ ')') -%}{%- endif -%}
{%- endmacro %}

{% macro _drop_candidate(candidate) -%}
  {%- do run_query('drop ' ~ (candidate.type or 'table') ~ ' if exists ' ~ candidate) -%}
{%- endmacro %}

{% macro bigquery___finish(run) -%}
  {%- if run.kind == 'view' -%}
    {%- for grant_target in config.get('grant_access_to') or [] -%}
      {%- do adapter.grant_access_to(this, 'view', None, grant_target) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- for relation in run.leftovers -%}{%- do adapter.drop_relation(relation) -%}{%- endfor -%}
  {%- if run.get('changes') -%}{%- do post_snapshot(run.changes) -%}{%- endif -%}
{%- endmacro %}
