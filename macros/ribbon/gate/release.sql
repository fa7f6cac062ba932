{#- Operations on a quarantine, for `ribbon quarantine` and `dbt run-operation`. Each logs one line of JSON. -#}

{#- Takes rows back in: those that keep every promise of a row by now move from `<model>__quarantine` to the model, unless the
    table that they would make breaks a promise of its own: then nothing moves. The rest stays, and is told.
    model_name: of a model, seed or snapshot. -#}
{% macro quarantine_release(model_name) -%}
  {%- set node = ribbon._node_named(model_name) -%}
  {%- set target = ribbon._relation_of_node(node.unique_id) -%}
  {%- set quarantine = ribbon._existing_quarantine(node) -%}
  {%- set names = [] -%}
  {%- for column in adapter.get_columns_in_relation(target) -%}{%- do names.append(column.name) -%}{%- endfor -%}
  {%- set columns = ribbon._quoted(names) -%}
  {%- set moving = quarantine ~ ' where _quarantine_id not in (' ~ ribbon._staying_rows(node, quarantine, target) ~ ')' -%}
  {%- set key = ribbon._replacing_key(node) -%}
  {%- set replaced = 'false' if not key else 'exists (select 1 from (select * from ' ~ moving ~ ') as arriving where '
    ~ ribbon._equal('arriving', 'there', key) ~ ')' -%}
  {%- set merged -%}
    (
      select {{ columns }} from {{ target }} as there where not {{ replaced }}
      union all select {{ columns }} from {{ moving }}
    ) as ribbon_merged
  {%- endset -%}
  {%- set verdicts = ribbon.measured_verdicts(ribbon._gated_expectations(node, merged, 'merged'), merged, node) -%}
  {%- if verdicts | selectattr('status', 'equalto', 'fail') | list -%}
    {%- do exceptions.raise_compiler_error(ribbon.failure_message(node, merged, verdicts)) -%}
  {%- endif -%}
  {%- set before = ribbon._row_count(quarantine) -%}
  {%- set moved = '_quarantine_id in (select _quarantine_id from ribbon_moving)' -%}
  {%- do ribbon._run_atomically([
    'create or replace temporary table ribbon_moving as select _quarantine_id from ' ~ moving,
    'delete from ' ~ target ~ ' as there where ' ~ ('false' if not key else 'exists (select 1 from (select * from ' ~ quarantine
      ~ ' where ' ~ moved ~ ') as arriving where ' ~ ribbon._equal('arriving', 'there', key) ~ ')'),
    'insert into ' ~ target ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from ' ~ quarantine ~ ' where ' ~ moved,
    'delete from ' ~ quarantine ~ ' where ' ~ moved,
  ]) -%}
  {%- set after = ribbon._row_count(quarantine) -%}
  {%- do log(tojson({'released': before - after, 'remaining': after}), info=true) -%}
{%- endmacro %}

{#- Deletes the rows that a model has in quarantine. They are gone. -#}
{% macro quarantine_drop(model_name) -%}
  {%- set quarantine = ribbon._existing_quarantine(ribbon._node_named(model_name)) -%}
  {%- set rows = ribbon._row_count(quarantine) -%}
  {%- do ribbon._run_atomically(['drop table ' ~ quarantine]) -%}
  {%- do log(tojson({'dropped': rows}), info=true) -%}
{%- endmacro %}

{#- A query of the ids of the rows that still break a promise that would fail a build, in the order of the rules. -#}
{% macro _staying_rows(node, quarantine, target) -%}
  {%- set asking, staying = [], [] -%}
  {%- for expectation in ribbon._gated_expectations(node, quarantine, 'whole')
    if ribbon._is_of_each_row(expectation) or 'arriving' in ribbon._parts_of(expectation) -%}
    {%- if expectation.on_unexpected != 'warn' and expectation.test.config.severity | upper == 'ERROR' -%}
      {%- do asking.append({'expectation': expectation}) -%}
      {%- if expectation.measure.form == 'duplicates' -%}
        {%- do staying.append(ribbon._rows_with_a_better_one(expectation, quarantine, target)) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if not asking -%}
    {{ return('select _quarantine_id from ' ~ quarantine ~ ' where false') }}
  {%- endif -%}
  {%- do staying.append(
    'select _quarantine_id from (' ~ ribbon._reasons_sql(asking, quarantine, '_quarantine_id') ~ ') as ribbon_staying') -%}
  {{ return(staying | join(' union all ')) }}
{%- endmacro %}

{#- The rows that were set aside as duplicates of one that was published: they neither join nor replace it. -#}
{% macro _rows_with_a_better_one(expectation, quarantine, target) -%}
  {%- set measure, same = expectation.measure, [] -%}
  {%- for name in measure.columns -%}{%- do same.append(adapter.quote(name)) -%}{%- endfor -%}
  {%- set chosen = ribbon.all_of([expectation.condition, measure.row_condition, measure.counted]) -%}
  {{ return(
    'select _quarantine_id from ' ~ quarantine ~ ' as kept where ' ~ ribbon._has_reason('_quarantine_reasons', expectation)
    ~ ' and exists (select 1 from (select * from ' ~ target ~ ' where ' ~ chosen ~ ') as there where '
    ~ ribbon._equal('there', 'kept', same) ~ ')') }}
{%- endmacro %}

{% macro _node_named(name) -%}
  {%- for node in graph.nodes.values() if node.name == name and node.resource_type in ['model', 'seed', 'snapshot'] -%}
    {{ return(node) }}
  {%- endfor -%}
  {%- do exceptions.raise_compiler_error(
    'No model, seed or snapshot is called ' ~ name ~ '. Use the name of its file, without the ending.') -%}
{%- endmacro %}

{% macro _existing_quarantine(node) -%}
  {%- set quarantine = ribbon._quarantine_relation(node) -%}
  {%- if load_relation(quarantine) is none -%}
    {%- do exceptions.raise_compiler_error(
      node.name ~ ' has no rows in quarantine: ' ~ quarantine ~ ' does not exist. `ribbon quarantine ls` '
      ~ 'lists what there is.') -%}
  {%- endif -%}
  {%- do ribbon._check_name(quarantine, adapter.get_columns_in_relation(quarantine), node) -%}
  {{ return(quarantine) }}
{%- endmacro %}

{% macro _row_count(relation) -%}
  {{ return(run_query('select count(*) as n from ' ~ relation).rows[0][0] | int) }}
{%- endmacro %}

{#- Runs statements so that all of them happen or none. -#}
{% macro _run_atomically(statements) -%}
  {%- do adapter.dispatch('_run_atomically', 'ribbon')(statements) -%}
{%- endmacro %}

{% macro default___run_atomically(statements) -%}
  {%- if ribbon.is_dbt_2() -%}{{ return(ribbon.run_script(statements)) }}{%- endif -%}
  {%- do adapter.ensure_transaction() -%}
  {%- for statement in statements -%}{%- do run_query(statement) -%}{%- endfor -%}
  {%- do adapter.commit() -%}
{%- endmacro %}

{% macro bigquery___run_atomically(statements) -%}
  {%- do run_query('begin transaction; ' ~ statements | join('; ') ~ '; commit transaction') -%}
{%- endmacro %}
