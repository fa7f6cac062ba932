{#- Quarantine: rows that an expectation with `on_unexpected: quarantine` does not expect leave the candidate and go to
    `<model>__quarantine`, once each, with every reason and the run. Rows computed = rows published + rows quarantined, always:
    what a build computes again replaces what it set aside before. Where a build fails, nothing is set aside.
    An expectation of the whole table names no rows, and a view holds none: asking for quarantine there is an error. -#}

{#- Sets aside the unexpected rows of those verdicts that ask for it, measures the rest again, and returns its verdicts.
    asking: the expectations that ask for it, one at least. part: as in `gate`. -#}
{% macro quarantined_verdicts(verdicts, expectations, asking, relation, node, part, columns) -%}
  {%- do ribbon._check_quarantine(asking, relation, node) -%}
  {%- set broken = [] -%}
  {%- for verdict in verdicts if verdict.failures and verdict.expectation.on_unexpected == 'quarantine' -%}
    {%- do broken.append(verdict) -%}
  {%- endfor -%}
  {%- set quarantine = ribbon._quarantine_relation(node) -%}
  {%- do ribbon._create_quarantine(quarantine, relation) -%}
  {%- if not broken -%}
    {%- do ribbon._forget_computed_again(quarantine, relation, none, part) -%}
    {{ return(verdicts) }}
  {%- endif -%}
  {%- set aside = ribbon._set_aside(broken, relation, node) -%}
  {%- do ribbon._forget_profiles(node) -%}
  {%- set again = ribbon.measured_verdicts(expectations, relation, node, columns) -%}
  {%- do ribbon._forget_computed_again(quarantine, relation, aside, part) -%}
  {%- do ribbon._store_quarantine(quarantine, aside, relation) -%}
  {%- for verdict in again -%}
    {%- for was in broken if was.test_id == verdict.test_id -%}
      {%- do ribbon._tell_quarantined(verdict, was, quarantine) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(again) }}
{%- endmacro %}

{#- A verdict whose rows were set aside is amber: the table is published, and someone has to look. -#}
{% macro _tell_quarantined(verdict, was, quarantine) -%}
  {%- do verdict.update({
    'quarantined': was.unexpected_count,
    'failures': verdict.failures or was.failures,
    'unexpected_count': was.unexpected_count,
    'element_count': was.element_count,
    'should_warn': true,
    'status': 'warn' if verdict.status == 'pass' else verdict.status,
    'message': ribbon.what_was_seen(was) ~ ', set aside in ' ~ quarantine.include(database=false),
  }) -%}
{%- endmacro %}

{#- Quarantine needs rows to set aside, and a table to keep them out of. -#}
{% macro _check_quarantine(asking, relation, node) -%}
  {%- set names = [] if relation is string else ribbon._names_beside(relation) -%}
  {%- for expectation in asking -%}
    {%- for name in ['_quarantine_id', '_quarantine_reasons', '_quarantine_run_id', '_quarantined_at'] if name in names -%}
      {%- do ribbon._contract_error(
        expectation.test, 'the quarantine has a column ' ~ name ~ ' of its own', 'give the column of the model another name') -%}
    {%- endfor -%}
    {%- if relation is string -%}
      {%- do ribbon._contract_error(
        expectation.test, 'a view cannot quarantine rows', 'materialize the model as a table, or use on_unexpected: fail') -%}
    {%- elif not expectation.fused or expectation.measure.form not in ['rows', 'duplicates'] -%}
      {%- do ribbon._contract_error(
        expectation.test, 'it applies to the whole table, so there are no rows to quarantine',
        'use on_unexpected: fail or warn') -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro _quarantine_relation(node) -%}
  {{ return(api.Relation.create(
    database=node.database, schema=node.schema, identifier=(node.alias or node.name) ~ '__quarantine', type='table')) }}
{%- endmacro %}

{#- The quarantine has the columns of its model, even after the model changed: a new one is added, one whose type changed is kept
    as text. The engines do not tell names apart by case. -#}
{% macro _create_quarantine(quarantine, relation) -%}
  {%- set create -%}
    create table if not exists {{ quarantine }} as
    select
      *,
      cast(null as {{ type_string() }}) as _quarantine_id,
      cast(null as {{ type_string() }}) as _quarantine_reasons,
      cast(null as {{ type_string() }}) as _quarantine_run_id,
      cast(null as {{ type_timestamp() }}) as _quarantined_at
    from {{ relation }}
    where false
  {%- endset -%}
  {%- do run_query(create) -%}
  {%- set kept = {} -%}
  {%- for column in adapter.get_columns_in_relation(quarantine) -%}
    {%- do kept.update({column.name | lower: column.dtype}) -%}
  {%- endfor -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- set name = adapter.quote(column.name) -%}
    {%- if column.name | lower not in kept -%}
      {%- do run_query('alter table ' ~ quarantine ~ ' add column ' ~ name ~ ' ' ~ column.dtype) -%}
    {%- elif kept[column.name | lower] not in [column.dtype, ribbon._text_type()] -%}
      {%- do run_query('alter table ' ~ quarantine ~ ' alter column ' ~ name ~ ' set data type ' ~ ribbon._text_type()) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro _new_id() -%}{{ return(adapter.dispatch('_new_id', 'ribbon')()) }}{%- endmacro %}
{% macro default___new_id() -%}{{ return('cast(uuid() as varchar)') }}{%- endmacro %}
{% macro bigquery___new_id() -%}{{ return('generate_uuid()') }}{%- endmacro %}

{% macro _text_type() -%}{{ return(adapter.dispatch('_text_type', 'ribbon')()) }}{%- endmacro %}
{% macro default___text_type() -%}{{ return('VARCHAR') }}{%- endmacro %}
{% macro bigquery___text_type() -%}{{ return('STRING') }}{%- endmacro %}

{#- Rows set aside by an earlier build that this build computed again leave the quarantine.
    aside: the relation of the rows set aside now, or none. -#}
{% macro _forget_computed_again(quarantine, relation, aside, part) -%}
  {%- set key = config.get('unique_key') -%}
  {%- if part != 'arriving' -%}
    {%- do ribbon.run_with_swap('delete from ' ~ quarantine ~ ' where true') -%}
  {%- elif model.get('batch') and config.get('event_time') -%}
    {%- set time = adapter.quote(config.get('event_time')) -%}
    {%- do ribbon.run_with_swap(
      'delete from ' ~ quarantine ~ ' where ' ~ time ~ ' >= ' ~ ribbon.sql_literal(model.batch.event_time_start) ~ ' and '
        ~ time ~ ' < '
      ~ ribbon.sql_literal(model.batch.event_time_end)) -%}
  {%- elif key -%}
    {%- set keys = [key] if key is string else key -%}
    {%- for computed in [relation, aside] if computed is not none -%}
      {%- set same = [] -%}
      {%- for name in keys -%}{%- do same.append('computed.' ~ name ~ ' = kept.' ~ name) -%}{%- endfor -%}
      {%- do ribbon.run_with_swap(
        'delete from ' ~ quarantine ~ ' as kept where exists (select 1 from ' ~ computed ~ ' as computed where '
        ~ same | join(' and ') ~ ')') -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{% macro _store_quarantine(quarantine, aside, relation) -%}
  {%- set names = [] -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}{%- do names.append(column.name) -%}{%- endfor -%}
  {%- set insert -%}
    insert into {{ quarantine }} (
      {{ ribbon._quoted(names) }}, _quarantine_id, _quarantine_reasons, _quarantine_run_id, _quarantined_at
    )
    select
      {{ ribbon._quoted(names) }}, {{ ribbon._new_id() }}, {{ ribbon._reasons_name(names | map('lower') | list) }},
      {{ ribbon.sql_literal(invocation_id) }},
      {{ ribbon.sql_moment(ribbon.utc_now()) }}
    from {{ aside }}
  {%- endset -%}
  {%- do ribbon.run_with_swap(insert) -%}
  {%- do ribbon.run_with_swap('drop table ' ~ aside) -%}
{%- endmacro %}
