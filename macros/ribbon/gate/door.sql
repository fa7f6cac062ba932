{#- The door of the lake: what each batch of a source is measured by before it lands, as SQL that DuckDB answers without dbt.
    It is rendered here, by the macros of the gate, and kept by `ribbon land` while the contract stays as it is. Printed as one
    line of JSON for each source:
    source        its unique id
    columns       [{name, type}]: those that it speaks of
    settings      of the session, where the profile has some that decide what SQL means
    statement     measures all expectations together, on the relation `ribbon_batch`; none where there is none to measure
    row           the name of the number of a row in the relation `ribbon_numbered`, which has the columns of the batch besides
    grouped       the reasons of each row, `row` and ribbon_reasons; {reasons} in it stands for the `reasons` of some
    restricts     whether errors may quote values of restricted columns
    has_shape     whether something is known from the columns alone: it holds for batches that have these columns
    expectations  {test, name, said, position (in `statement`, or none), alone (the same for it alone, or SQL of its own), fails,
                  asks (for quarantine), hides (what was seen shows restricted values), values (a query of what is unexpected),
                  reasons (a query of the unexpected rows: their numbers, and what they break), by_python}
      by_python   of what SQL cannot say: {arguments, values (a query of the rows to look at, and their numbers), limit, warn_if,
                  error_if}
    sources: unique ids; all that Ribbon lands where none are given. columns: {unique id: [{name, type}]} of batches that have
    others than the contract declares. -#}
{% macro door_checks(sources=[], columns={}) -%}
  {%- if adapter.type() != 'duckdb' -%}
    {%- do exceptions.raise_compiler_error('Batches are measured with DuckDB. Choose a target with DuckDB, with --target.') -%}
  {%- endif -%}
  {%- for source in graph.sources.values() if source.unique_id in sources
    or (not sources and source.config.meta.get('delivery')) -%}
    {%- do print(tojson(ribbon._door_checks_of(source, columns.get(source.unique_id) or ribbon._declared_columns(source)))) -%}
  {%- endfor -%}
{%- endmacro %}

{% macro _declared_columns(node) -%}
  {%- set columns = [] -%}
  {%- for column in node.columns.values() -%}
    {%- do columns.append({'name': column.name, 'type': column.data_type or ''}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}

{% macro _door_checks_of(source, columns) -%}
  {{ return(ribbon._checks_of_batches(source, ribbon._door_expectations(source, columns), columns)) }}
{%- endmacro %}

{% macro _checks_of_batches(source, expectations, columns) -%}
  {%- set fused = expectations | selectattr('fused') | rejectattr('measure.by_python') | list -%}
  {%- set row = ribbon.free_name('ribbon_row', columns | map(attribute='name') | map('lower') | list) -%}
  {%- set checks = [] -%}
  {%- for expectation in expectations -%}
    {%- do checks.append(ribbon._door_check(expectation, source, row)) -%}
  {%- endfor -%}
  {%- set few = ribbon._few_valued_columns(source, fused) -%}
  {{ return({
    'source': source.unique_id,
    'columns': columns,
    'settings': ribbon._settings_of_meaning(),
    'statement': ribbon.measuring_statement(ribbon.measuring_plan(fused, 'ribbon_batch', few)) if fused else none,
    'row': row,
    'grouped': ribbon._grouped_reasons('{reasons}', row),
    'restricts': ribbon.is_near_restricted(source),
    'has_shape': fused | selectattr('measure.form', 'equalto', 'constant') | list | length > 0,
    'expectations': checks,
  }) }}
{%- endmacro %}

{#- The expectations of a source that speak of each batch, with their measures. What has none, and what is about the whole table,
    is left to dbt. -#}
{% macro _door_expectations(source, columns) -%}
  {%- set names = columns | map(attribute='name') | map('lower') | list -%}
  {%- set expectations = [] -%}
  {%- for test in ribbon.gate_state()['tests'].get(source.unique_id, []) if ribbon._is_of_each_batch(test) -%}
    {%- set expectation = ribbon._expectation_of(test, loop.index0) -%}
    {%- do expectation.update({'itself': 'ribbon_batch', 'columns': columns}) -%}
    {%- if ribbon.facts_of(test).others or expectation.name in ['expect_row_count_near_history',
      'expect_column_null_rate_near_history'] -%}
      {%- do ribbon._contract_error(test, 'it cannot be measured on a batch alone',
        'add `meta: {scope: table}` to the config of the test, and dbt measures it on the whole table') -%}
    {%- endif -%}
    {%- if expectation.fused -%}
      {%- do ribbon._add_measures([expectation], 'ribbon_batch') -%}
      {%- if ribbon._missing_column(expectation, names) -%}
        {%- do ribbon._contract_error(
          test, 'there is no column ' ~ ribbon._missing_column(expectation, names), 'use one of ' ~ names | join(', ')) -%}
      {%- endif -%}
    {%- endif -%}
    {%- if expectation.on_unexpected == 'quarantine' and not ribbon._names_rows(expectation) -%}
      {%- do ribbon._contract_error(
        test, 'it applies to the whole table, so there are no rows to quarantine', 'use on_unexpected: fail or warn') -%}
    {%- endif -%}
    {%- do expectations.append(expectation) -%}
  {%- endfor -%}
  {{ return(expectations) }}
{%- endmacro %}

{% macro _is_of_each_batch(test) -%}
  {%- set meta = test.config.meta or {} -%}
  {{ return(
    (test.test_metadata.namespace or 'ribbon') == 'ribbon' and meta.get('scope') != 'table'
    and not ribbon.facts_of(test).unmeasured) }}
{%- endmacro %}

{#- Whether an expectation says which rows it does not expect. -#}
{% macro _names_rows(expectation) -%}
  {%- set measure = expectation.measure or {} -%}
  {{ return(expectation.fused and (measure.form in ['rows', 'duplicates'] or measure.by_python or false)) }}
{%- endmacro %}

{% macro _door_check(expectation, source, row) -%}
  {%- set config = expectation.test.config -%}
  {%- set said = ribbon.said_expectation(expectation) -%}
  {%- set check = {
    'test': expectation.test.unique_id,
    'name': expectation.name,
    'said': said,
    'position': expectation.position if expectation.fused and not expectation.measure.by_python else none,
    'fails': config.severity | upper == 'ERROR' and expectation.on_unexpected != 'warn',
    'asks': expectation.on_unexpected == 'quarantine',
    'hides': ribbon._names_restricted(expectation, source),
  } -%}
  {%- if not expectation.fused -%}
    {%- do check.update({'alone': ribbon._own_statement(expectation, 'ribbon_batch') | string}) -%}
  {%- elif expectation.measure.by_python -%}
    {%- set chosen = ribbon.all_of([expectation.condition, expectation.arguments.get('row_condition')]) -%}
    {%- do check.update({'by_python': {
      'arguments': expectation.arguments,
      'values': 'select ' ~ adapter.quote(expectation.arguments.column) ~ ', ' ~ row ~ ' from ribbon_numbered where ' ~ chosen,
      'limit': config.limit, 'warn_if': config.warn_if or '!= 0', 'error_if': config.error_if or '!= 0',
    }}) -%}
  {%- else -%}
    {%- do check.update({'alone': ribbon.measuring_statement(ribbon.measuring_plan([expectation], 'ribbon_batch'))}) -%}
    {%- if ribbon._names_rows(expectation) -%}
      {%- set failing = ribbon.failing_rows(expectation.measure, 'ribbon_batch', expectation.condition) -%}
      {%- set shown = ribbon._quoted(expectation.measure.columns) or ribbon._shown_columns(source) -%}
      {%- do check.update({
        'values': 'select ' ~ shown ~ ' from ' ~ failing.from ~ ' where ' ~ failing.predicate,
        'reasons': ribbon._reason_sql(expectation, 'ribbon_numbered', row),
      }) -%}
    {%- endif -%}
  {%- endif -%}
  {{ return(check) }}
{%- endmacro %}

{#- What may be shown of a row, as SQL. -#}
{% macro _shown_columns(source) -%}
  {%- set restriction, shown = ribbon.restriction_of(source), [] -%}
  {%- if not restriction.names -%}{{ return('*') }}{%- endif -%}
  {%- for column in source.columns.values() if not ribbon.hides(restriction, column.name) -%}
    {%- do shown.append(column.name) -%}
  {%- endfor -%}
  {{ return(ribbon._quoted(shown) or "'***' as restricted") }}
{%- endmacro %}

{#- Settings of the profile that decide what SQL means, none that may be secret. -#}
{% macro _settings_of_meaning() -%}
  {%- set found = {} -%}
  {%- for name, value in (target.get('settings') or {}).items() if name | lower in [
    'timezone', 'calendar', 'default_collation', 'default_null_order', 'default_order', 'null_order', 'integer_division',
    'ieee_floating_point_ops', 'old_implicit_casting', 'order_by_non_integer_literal', 'scalar_subquery_error_on_multiple_rows'
  ] -%}
    {%- do found.update({name: value}) -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro %}
