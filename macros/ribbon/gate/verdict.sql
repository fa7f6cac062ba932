{#- Measures expectations on a relation with one statement and says what came of it, a dict per expectation:
    test_id, node_id, name, column, status (pass, warn, fail), severity, element_count, unexpected_count, observed_value,
    failures, should_warn, should_error, quarantined (rows), measured_at (UTC), reason (why it is ungated, or none),
    expectation (what _expectation_of said), test (its node).
    node: the model, seed, snapshot or source measured. columns: [{name, type}] whose profile is taken along. -#}
{% macro measured_verdicts(expectations, relation, node, columns=[]) -%}
  {%- set verdicts = [] -%}
  {%- for expectation in expectations -%}{%- do expectation.update({'itself': relation}) -%}{%- endfor -%}
  {%- set fused = expectations | selectattr('fused') | list -%}
  {%- if fused or columns -%}
    {%- do ribbon._add_measures(fused, relation) -%}
    {%- do ribbon._check_columns(fused, relation, node, columns) -%}
    {%- set is_small = (columns or [{}])[0].get('rows') is not none and columns[0].rows | int < 50000 -%}
    {%- set plan = ribbon.measuring_plan(fused, relation | string, ribbon._few_valued_columns(node, fused), is_small) -%}
    {%- do ribbon._plan_profiles(plan, columns, ribbon.restriction_of(node)) -%}
    {%- set table = run_query(ribbon.measuring_statement(plan)) -%}
    {%- do ribbon.gate_state().update({'table': table}) -%}
    {%- set row = table.rows[0] -%}
    {%- for expectation in fused -%}
      {%- do verdicts.append(ribbon._verdict(expectation, row, node, 'v' ~ expectation.position ~ '_')) -%}
    {%- endfor -%}
    {%- if columns -%}{%- do ribbon._keep_profiles(node, columns, row) -%}{%- endif -%}
  {%- endif -%}
  {%- for expectation in expectations | rejectattr('fused') -%}
    {%- set table = run_query(ribbon._own_statement(expectation, relation)) -%}
    {%- do ribbon.gate_state().update({'table': table}) -%}
    {%- do verdicts.append(ribbon._verdict(expectation, table.rows[0], node)) -%}
  {%- endfor -%}
  {{ return(verdicts) }}
{%- endmacro %}

{#- Asks each expectation's macro for its measure. -#}
{% macro _add_measures(expectations, relation) -%}
  {%- for expectation in expectations if 'measure' not in expectation -%}
    {%- do expectation.update({'itself': relation}) -%}
    {%- set meta = expectation.test.config.meta -%}
    {%- set measure = ribbon._measure_beside(expectation, relation) -%}
    {%- if meta.get('keep') -%}{%- do measure.update({'keep': meta.keep, 'order_by': meta.get('order_by')}) -%}{%- endif -%}
    {%- do expectation.update({'measure': measure}) -%}
  {%- endfor -%}
{%- endmacro %}

{#- The measure of an expectation. Its derived columns stand beside those of what is measured: where one of these begins with the
    prefix of the expectation, it takes another. Compiled alone, nothing needs to be there. -#}
{% macro _measure_beside(expectation, relation) -%}
  {%- set measure = ribbon._measure_of(expectation, relation) -%}
  {%- if measure.derived and flags.WHICH != 'compile' and ribbon._take_free_prefix(expectation, relation) -%}
    {{ return(ribbon._measure_of(expectation, relation)) }}
  {%- endif -%}
  {{ return(measure) }}
{%- endmacro %}

{% macro _take_free_prefix(expectation, relation) -%}
  {%- set names = (expectation.columns or ribbon._columns_measured({'relation': relation})) | map(attribute='name') | map('lower')
    | join(' ') -%}
  {%- set tried = [expectation.prefix] -%}
  {%- for _ in names.split() if ' ' ~ tried[-1] in ' ' ~ names -%}{%- do tried.append('_' ~ tried[-1]) -%}{%- endfor -%}
  {%- do expectation.update({'prefix': tried[-1]}) -%}
  {{ return(tried | length > 1) }}
{%- endmacro %}

{% macro _measure_of(expectation, relation) -%}
  {%- set signature = ribbon.signature_of(expectation) -%}
  {%- set known = signature.needs + signature.takes -%}
  {%- for argument in expectation.arguments if argument not in known -%}
    {%- do ribbon._contract_error(
      expectation.test, 'unknown argument ' ~ argument, 'use one of ' ~ known | join(', ')) -%}
  {%- endfor -%}
  {%- for argument in signature.needs if argument not in expectation.arguments -%}
    {%- do ribbon._contract_error(expectation.test, 'the argument ' ~ argument ~ ' is missing', 'add it under arguments') -%}
  {%- endfor -%}
  {%- set on = {'prefix': expectation.prefix, 'relation': relation, 'test': expectation.test, 'columns': expectation.columns} -%}
  {%- set macro = ribbon._measure_of_name(expectation) -%}
  {{ return(macro(on, **ribbon._arguments_of(expectation))) }}
{%- endmacro %}

{#- prefix: of its columns in the row, which has them as `measuring_statement` says. -#}
{% macro _verdict(expectation, row, node, prefix='') -%}
  {%- set config = expectation.test.config -%}
  {%- set may_fail = config.severity | upper == 'ERROR' and expectation.on_unexpected != 'warn' -%}
  {%- set any = row[prefix ~ 'failures'] != 0 -%}
  {%- set errs, warns = row.get(prefix ~ 'should_error'), row.get(prefix ~ 'should_warn') -%}
  {%- set failed, warned = may_fail and (any if errs is none else errs), any if warns is none else warns -%}
  {%- set observed = row.get(prefix ~ 'observed_value') -%}
  {%- set verdict = {
    'test_id': expectation.test.unique_id,
    'node_id': node.unique_id,
    'name': expectation.name,
    'column': expectation.arguments.get('column') or expectation.test.get('column_name'),
    'status': 'fail' if failed else ('warn' if warned else 'pass'),
    'severity': 'error' if may_fail else 'warn',
    'observed_value': '***' if observed and ribbon._names_restricted(expectation, node) else observed,
    'should_warn': warned,
    'should_error': failed,
    'quarantined': 0,
    'measured_at': ribbon.utc_now(),
    'reason': ribbon.ungated_reason(expectation.test),
    'expectation': expectation,
    'test': expectation.test,
  } -%}
  {%- for name in ['element_count', 'unexpected_count', 'failures'] -%}
    {%- set count = row.get(prefix ~ name) -%}
    {%- do verdict.update({name: none if count is none else count | int}) -%}
  {%- endfor -%}
  {%- do verdict.update({'message': none if verdict.status == 'pass' else ribbon.what_was_seen(verdict)}) -%}
  {{ return(verdict) }}
{%- endmacro %}

{#- The statement of a test that counts in a way of its own, on `relation`, with its own thresholds: for one of dbt's with dbt's
    SQL, on which a `fail_calc` may build. -#}
{% macro _own_statement(expectation, relation) -%}
  {%- set config = expectation.test.config -%}
  {%- set chosen = ribbon._where_applied(expectation, relation) -%}
  {%- set dbts = ribbon._runs_dbts_sql(expectation.test) -%}
  {%- set sql = ribbon._dbts_sql(expectation, chosen) if dbts else ribbon._own_sql(expectation, chosen) -%}
  {{ return(get_test_sql(
    get_limit_subquery_sql(sql, config.limit), config.fail_calc, config.warn_if, config.error_if, limit=none)) }}
{%- endmacro %}

{#- The failing rows of a test as it would find them by itself, of `chosen`: by its measure, else by dbt's SQL. -#}
{% macro _own_sql(expectation, chosen) -%}
  {%- if not ribbon.facts_of(expectation.test).has_measure -%}{{ return(ribbon._dbts_sql(expectation, chosen)) }}{%- endif -%}
  {%- set alone = dict(expectation, prefix='e0_', position=0, condition=none) -%}
  {%- do alone.update({'measure': ribbon._measure_beside(alone, chosen)}) -%}
  {{ return(ribbon._stand_alone_sql(alone, chosen | string)) }}
{%- endmacro %}

{% macro _dbts_sql(expectation, chosen) -%}
  {%- set arguments = ribbon._arguments_of(expectation) -%}
  {%- if 'column_name' in expectation.test.test_metadata.kwargs -%}
    {%- do arguments.pop('column') -%}
    {%- do arguments.update({'column_name': expectation.test.test_metadata.kwargs.column_name}) -%}
  {%- endif -%}
  {{ return(context['test_' ~ expectation.name](model=chosen, **arguments)) }}
{%- endmacro %}

{#- `relation` with the test's `where`, as dbt writes it. -#}
{% macro _where_applied(expectation, relation) -%}
  {%- if not expectation.condition -%}{{ return(relation) }}{%- endif -%}
  {{ return('(select * from ' ~ relation ~ ' where ' ~ expectation.condition ~ ') dbt_subquery') }}
{%- endmacro %}

{#- Columns whose distinct values are worth counting once: a set of values is declared for them, they are true or false, or the
    last measurement saw few. -#}
{% macro _few_valued_columns(node, expectations) -%}
  {%- set few = ribbon.gate_state().get('few_valued', {}).get(node.unique_id, []) | list -%}
  {%- for expectation in expectations if expectation.arguments.get('value_set') or expectation.arguments.get('values') -%}
    {%- do few.append(expectation.arguments.get('column')) -%}
  {%- endfor -%}
  {%- for column in node.columns.values() if (column.data_type or '') | lower in ['boolean', 'bool'] -%}
    {%- do few.append(column.name) -%}
  {%- endfor -%}
  {{ return(few) }}
{%- endmacro %}
