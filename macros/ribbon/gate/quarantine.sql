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
  {%- do ribbon._create_quarantine(quarantine, relation, node) -%}
  {%- if not broken -%}
    {%- do ribbon._forget_computed_again(quarantine, relation, none, part) -%}
    {{ return(verdicts) }}
  {%- endif -%}
  {%- set aside = ribbon._set_aside(broken, relation, node) -%}
  {%- do ribbon._forget_profiles(node) -%}
  {%- set again = ribbon.measured_verdicts(expectations, relation, node, columns) -%}
  {%- set counts = ribbon._rows_by_reason(broken, aside, relation) -%}
  {%- do ribbon._forget_computed_again(quarantine, relation, aside, part) -%}
  {%- do ribbon._store_quarantine(quarantine, aside, relation) -%}
  {%- for verdict in again -%}
    {%- for was in broken if was.test_id == verdict.test_id and counts[was.test_id] -%}
      {%- do ribbon._tell_quarantined(verdict, was, counts[was.test_id], quarantine, node) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(again) }}
{%- endmacro %}

{#- Rows that no expectation asks to set aside any more are published again, so they leave the quarantine. -#}
{% macro forget_published(relation, node, part) -%}
  {%- set quarantine = ribbon._quarantine_there(node) if part in ['whole', 'arriving'] and relation is not string else none -%}
  {%- if quarantine is not none -%}{%- do ribbon._forget_computed_again(quarantine, relation, none, part) -%}{%- endif -%}
{%- endmacro %}

{#- A verdict whose rows were set aside is amber: the table is published, and someone has to look. rows: how many were set aside
    by it, which may be fewer than failed it: the first of a duplicate group may stay, another rule may have come before. -#}
{% macro _tell_quarantined(verdict, was, rows, quarantine, node) -%}
  {%- do verdict.update({
    'quarantined': rows,
    'failures': verdict.failures or rows,
    'unexpected_count': rows,
    'element_count': was.element_count,
    'should_warn': true,
    'status': 'warn' if verdict.status == 'pass' else verdict.status,
    'message': ribbon.what_was_seen(dict(was, unexpected_count=rows)) ~ ', set aside in ' ~ quarantine.include(database=false)
      ~ '. See them with `ribbon quarantine ls ' ~ node.name ~ '`',
  }) -%}
{%- endmacro %}

{#- By the test's id, how many rows of the scratch table it gave a reason. -#}
{% macro _rows_by_reason(broken, aside, relation) -%}
  {%- set reasons, sums, counts = ribbon._reasons_name(ribbon._names_beside(relation)), [], {} -%}
  {%- for verdict in broken -%}
    {%- do sums.append('count(case when ' ~ ribbon._has_reason(reasons, verdict.expectation) ~ ' then 1 end)') -%}
  {%- endfor -%}
  {%- set row = run_query('select ' ~ sums | join(', ') ~ ' from ' ~ aside).rows[0] -%}
  {%- for verdict in broken -%}{%- do counts.update({verdict.test_id: row[loop.index0] | int}) -%}{%- endfor -%}
  {{ return(counts) }}
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
