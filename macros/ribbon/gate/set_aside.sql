{#- Moves the unexpected rows of broken verdicts out of a candidate, into a scratch table that has its columns and
    ribbon_reasons, a JSON list of the expectations that each row breaks. Returns the scratch relation. -#}
{% macro _set_aside(broken, relation, node) -%}
  {{ return(adapter.dispatch('_set_aside', 'ribbon')(broken, relation, node)) }}
{%- endmacro %}

{#- DuckDB: rows are told apart by their rowid, unless a column is called so; the scratch table is a temporary one of this
    connection, where it is held. -#}
{% macro default___set_aside(broken, relation, node) -%}
  {%- set names = ribbon._names_beside(relation) -%}
  {%- set kind = 'table' if ribbon.is_dbt_2() else 'temporary table' -%}
  {%- set aside = ribbon._scratch_table('aside', relation, node) -%}
  {%- if 'rowid' in names -%}
    {%- set numbered = ribbon._scratch_table('numbered', relation, node) -%}
    {{ return(ribbon._set_aside_by_copying(broken, relation, names, kind, aside, numbered, 'row_number() over ()')) }}
  {%- endif -%}
  {%- set row = ribbon.free_name('ribbon_row', names) -%}
  {%- set numbered = '(select *, rowid as ' ~ row ~ ' from ' ~ relation ~ ') as ribbon_numbered' -%}
  {%- do run_query('create ' ~ kind ~ ' ' ~ aside ~ ' as ' ~ ribbon._aside_sql(broken, numbered, row, names)) -%}
  {%- do run_query('delete from ' ~ relation ~ ' where rowid in (select ' ~ row ~ ' from ' ~ aside ~ ')') -%}
  {{ return(aside) }}
{%- endmacro %}

{#- A name for a table that stands beside a candidate for a moment. dbt 2 has other connections for other statements. -#}
{% macro _scratch_table(what, relation, node) -%}
  {%- if not ribbon.is_dbt_2() -%}
    {{ return(adapter.quote('ribbon_' ~ what ~ '_' ~ (node.alias or node.name) ~ '_' ~ py_current_timestring())) }}
  {%- endif -%}
  {%- set table = relation.incorporate(path={'identifier': relation.identifier ~ '__ribbon_' ~ what}) -%}
  {%- do run_query('drop table if exists ' ~ table) -%}
  {{ return(table) }}
{%- endmacro %}

{#- BigQuery has no row ids. -#}
{% macro bigquery___set_aside(broken, relation, node) -%}
  {%- set numbered = relation.incorporate(path={'identifier': relation.identifier ~ '__ribbon_numbered'}) -%}
  {%- set aside = relation.incorporate(path={'identifier': relation.identifier ~ '__ribbon_aside'}) -%}
  {%- do run_query('drop table if exists ' ~ numbered) -%}
  {%- do run_query('drop table if exists ' ~ aside) -%}
  {{ return(ribbon._set_aside_by_copying(broken, relation, ribbon._names_beside(relation), 'table', aside, numbered,
    'generate_uuid()')) }}
{%- endmacro %}

{#- Where rows have no ids, the candidate is copied once with one. -#}
{% macro _set_aside_by_copying(broken, relation, names, kind, aside, numbered, id) -%}
  {%- set row = ribbon.free_name('ribbon_row', names) -%}
  {%- set columns = ribbon._quoted(ribbon.columns_of(relation) | map(attribute='name') | list) -%}
  {%- do run_query('create ' ~ kind ~ ' ' ~ numbered ~ ' as select *, ' ~ id ~ ' as ' ~ row ~ ' from ' ~ relation) -%}
  {%- do run_query('create ' ~ kind ~ ' ' ~ aside ~ ' as ' ~ ribbon._aside_sql(broken, numbered, row, names)) -%}
  {%- do run_query('delete from ' ~ relation ~ ' where true') -%}
  {%- do run_query(
    'insert into ' ~ relation ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from ' ~ numbered ~ ' where ' ~ row
    ~ ' not in (select ' ~ row ~ ' from ' ~ aside ~ ')') -%}
  {%- do run_query('drop table ' ~ numbered) -%}
  {{ return(aside) }}
{%- endmacro %}

{#- The rows of `numbered` that are not expected, with their reasons. -#}
{% macro _aside_sql(broken, numbered, row, names) -%}
  {{ return(
    'select ribbon_candidate.*, ribbon_reasoned.ribbon_reasons as ' ~ ribbon._reasons_name(names) ~ ' from (select * from '
    ~ numbered ~ ') as ribbon_candidate inner join (' ~ ribbon._reasons_sql(broken, numbered, row)
    ~ ') as ribbon_reasoned on ribbon_candidate.' ~ row ~ ' = ribbon_reasoned.' ~ row) }}
{%- endmacro %}

{#- The column of the reasons in the scratch table. -#}
{% macro _reasons_name(names) -%}{{ return(ribbon.free_name('ribbon_reasons', names)) }}{%- endmacro %}

{#- The columns of a relation, in lower case, beside which ours must have other names. -#}
{% macro _names_beside(relation) -%}
  {{ return(ribbon.columns_of(relation) | map(attribute='name') | map('lower') | list) }}
{%- endmacro %}

{#- A row per unexpected row: `row` and ribbon_reasons. numbered: SQL of the candidate with a column `row` that tells rows
    apart. The order of the rules: those of each row first, all together, so that a row gets all its reasons; then those that
    compare rows, uniqueness among them, one by one as the contract lists them, each on the rows that are left. -#}
{% macro _reasons_sql(broken, numbered, row) -%}
  {%- set of_rows, comparing = [], [] -%}
  {%- for verdict in broken -%}
    {%- set measure = verdict.expectation.measure -%}
    {%- if measure.form == 'rows' and not measure.windowed -%}
      {%- do of_rows.append(ribbon._reason_sql(verdict.expectation, numbered, row)) -%}
    {%- else -%}
      {%- do comparing.append(verdict.expectation) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if not comparing -%}{{ return(ribbon._grouped_reasons(of_rows | join(' union all '), row)) }}{%- endif -%}
  {%- set steps, reasons, left = [], [], [numbered | string] -%}
  {%- if of_rows -%}{%- do ribbon._add_step(steps, reasons, left, of_rows | join(' union all '), row) -%}{%- endif -%}
  {%- for expectation in comparing -%}
    {%- do ribbon._add_step(steps, reasons, left, ribbon._reason_sql(expectation, left[-1], row), row) -%}
  {%- endfor -%}
  {{ return('with ' ~ steps | join(', ') ~ ' ' ~ ribbon._grouped_reasons(reasons | join(' union all '), row)) }}
{%- endmacro %}

{#- Adds the rows that `found` picks, and those that are left after it. -#}
{% macro _add_step(steps, reasons, left, found, row) -%}
  {%- set number = reasons | length -%}
  {%- set picked, rest = 'ribbon_found_' ~ number, 'ribbon_left_' ~ number -%}
  {%- do steps.append(picked ~ ' as (' ~ found ~ ')') -%}
  {%- do steps.append(
    rest ~ ' as (select * from ' ~ left[-1] ~ ' where ' ~ row ~ ' not in (select ' ~ row ~ ' from ' ~ picked ~ '))') -%}
  {%- do reasons.append('select * from ' ~ picked) -%}
  {%- do left.append(rest) -%}
{%- endmacro %}

{#- SQL: whether a JSON list of reasons has this expectation. -#}
{% macro _has_reason(reasons, expectation) -%}
  {{ return('strpos(' ~ reasons ~ ', ' ~ ribbon._as_json(ribbon.sql_literal(ribbon.said_expectation(expectation))) ~ ') > 0') }}
{%- endmacro %}

{% macro _as_json(text) -%}{{ return(adapter.dispatch('_as_json', 'ribbon')(text)) }}{%- endmacro %}
{% macro default___as_json(text) -%}{{ return('cast(to_json(' ~ text ~ ') as varchar)') }}{%- endmacro %}
{% macro bigquery___as_json(text) -%}{{ return('to_json_string(' ~ text ~ ')') }}{%- endmacro %}

{#- The rows that an expectation does not expect: `row`, and the expectation as ribbon_reason. -#}
{% macro _reason_sql(expectation, numbered, row) -%}
  {%- set failing = ribbon.failing_rows(expectation.measure, numbered | string, expectation.condition) -%}
  {{ return(
    'select ' ~ row ~ ', ' ~ ribbon.sql_literal(ribbon.said_expectation(expectation)) ~ ' as ribbon_reason from ' ~ failing.from
    ~ ' where ' ~ failing.predicate) }}
{%- endmacro %}

{#- The reasons of each row together, as a JSON list. reasons: a query of `row` and ribbon_reason. -#}
{% macro _grouped_reasons(reasons, row) -%}
  {{ return(adapter.dispatch('_grouped_reasons', 'ribbon')(reasons, row)) }}
{%- endmacro %}

{% macro default___grouped_reasons(reasons, row) -%}
  {{ return('select ' ~ row ~ ', cast(to_json(list(ribbon_reason order by ribbon_reason)) as varchar) as ribbon_reasons from ('
    ~ reasons ~ ') as ribbon_told group by ' ~ row) }}
{%- endmacro %}

{% macro bigquery___grouped_reasons(reasons, row) -%}
  {{ return('select ' ~ row ~ ', to_json_string(array_agg(ribbon_reason order by ribbon_reason)) as ribbon_reasons from ('
    ~ reasons ~ ') as ribbon_told group by ' ~ row) }}
{%- endmacro %}
