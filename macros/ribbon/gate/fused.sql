{#- Ribbon's expectations and dbt's own four have a measure, and so have tests of the project itself that come with one.
    What redefines the SQL of a name has not. -#}
{% macro _has_measure(test) -%}
  {%- set name, namespace = test.test_metadata.name, test.test_metadata.namespace -%}
  {%- set measures = ribbon.gate_state()['signatures'] -%}
  {%- if namespace -%}
    {{ return((namespace == 'ribbon' and name in measures) or ribbon._is_measured_of_package(test)) }}
  {%- elif name in ['unique', 'not_null', 'accepted_values', 'relationships'] -%}
    {%- set said = test.test_metadata.kwargs -%}
    {{ return(
      ribbon._runs_dbts_sql(test)
      and ribbon._is_column_name(said.get('column_name'))
      and ribbon._is_column_name(said.get('field'))
    ) }}
  {%- endif -%}
  {{ return(ribbon._is_measured_by_project(name) or name in ribbon.expectations_without_prefix()) }}
{%- endmacro %}

{#- Whether the project brings a measure for a test of its own: it is listed, or found, which macros on dbt 2 cannot. -#}
{% macro _is_measured_by_project(name) -%}
  {%- if name in ribbon.measures_of_project() -%}{{ return(true) }}{%- endif -%}
  {%- set measure = 'default__measure_' ~ name -%}
  {#- In the package's own hooks its measures are at hand without prefix, too. -#}
  {{ return(not ribbon.is_dbt_2() and measure in context and context[measure].macro.package_name != 'ribbon') }}
{%- endmacro %}

{#- The measures that the project brings, each with its arguments as `signatures()` lists them. A macro
    `default__measures_of_project` of the project says it; dbt 2 needs that, dbt 1 finds them without.
    Example: {{ return({'even': 'column | mostly'}) }} -#}
{% macro measures_of_project() -%}
  {{ return(adapter.dispatch('measures_of_project', 'ribbon')()) }}
{%- endmacro %}

{% macro default__measures_of_project() -%}{{ return({}) }}{%- endmacro %}

{#- Whether a test is one of dbt's four, with the SQL that dbt brings for it. That SQL looks at nothing but its arguments, so it
    can run on a candidate. dbt 2 lists no macros of a test whose name is so long that it is cut. -#}
{% macro _runs_dbts_sql(test) -%}
  {%- set name = test.test_metadata.name -%}
  {%- set called = test.depends_on.macros -%}
  {{ return(
    not test.test_metadata.namespace
    and name in ['unique', 'not_null', 'accepted_values', 'relationships']
    and ('macro.dbt.test_' ~ name in called or (ribbon.is_dbt_2() and not called))
    and ribbon._is_dbts('test_' ~ name)
  ) }}
{%- endmacro %}

{#- Which tests of dbt_utils and dbt_expectations are measured: those that have a measure here and run the package's own SQL, with
    arguments that the measure knows, names for columns, and failures counted in rows. dbt runs the others. -#}
{% macro _is_measured_of_package(test) -%}
  {%- set package, name = test.test_metadata.namespace, test.test_metadata.name -%}
  {%- set listed = ribbon.gate_state()['signatures'].get(package ~ '__' ~ name) -%}
  {%- if package not in ['dbt_utils', 'dbt_expectations'] or not listed -%}{{ return(false) }}{%- endif -%}
  {#- dbt lists macros of this name, whichever package they are of, besides the one that answers. -#}
  {%- for macro in test.depends_on.macros if macro.endswith('test_' ~ name) -%}
    {%- if macro.split('.')[1] not in [package, 'ribbon'] -%}{{ return(false) }}{%- endif -%}
  {%- endfor -%}
  {%- set known = ['model'] + listed.split() -%}
  {%- for argument in test.test_metadata.kwargs if argument not in known -%}{{ return(false) }}{%- endfor -%}
  {%- set said = test.test_metadata.kwargs -%}
  {%- set columns = said.get('combination_of_columns') or said.get('column_list') or [] -%}
  {%- if columns is string -%}{{ return(false) }}{%- endif -%}
  {%- for column in [said.get('column_name')] + columns -%}
    {%- if not ribbon._is_column_name(column) -%}{{ return(false) }}{%- endif -%}
  {%- endfor -%}
  {#- These ask for the columns of what they are given, and a `where` makes that a sub-query: they end in an error. -#}
  {%- if test.config.where and (said.get('column_type') or said.get('column_type_list')) -%}
    {{ return(false) }}
  {%- endif -%}
  {{ return((test.config.fail_calc or 'count(*)') | trim == 'count(*)') }}
{%- endmacro %}

{#- The first macro of dbt's that decides what a test finds and that the project brings itself; none where dbt's own do. -#}
{% macro _answered_by_project(test) -%}
  {%- if not ribbon._is_dbts('get_test_sql') -%}
    {{ return('get_test_sql') }}
  {%- elif test.config.where and not ribbon._is_dbts('get_where_subquery') -%}
    {{ return('get_where_subquery') }}
  {%- elif test.config.limit and not ribbon._is_dbts('get_limit_subquery_sql', dispatched='get_limit_sql') -%}
    {{ return('get_limit_subquery_sql') }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{#- Whether a macro is dbt's: no other of its name stands in the project, and none answers its dispatch. -#}
{% macro _is_dbts(name, dispatched=none) -%}
  {%- set known = ribbon.gate_state().setdefault('dbts', {}) -%}
  {%- if name not in known -%}
    {%- set dbts = ['dbt', 'dbt_' ~ adapter.type()] -%}
    {%- set ours = ribbon._answering_on_dbt_2(name) if ribbon.is_dbt_2()
      else [ribbon.dispatched(dispatched or name, 'dbt').macro.package_name, context[name].macro.package_name] -%}
    {%- do known.update({name: ours | reject('in', dbts) | list == []}) -%}
  {%- endif -%}
  {{ return(known[name]) }}
{%- endmacro %}

{#- The packages of the macros that answer for dbt's, by their literal names: dbt 2 looks up no others. -#}
{% macro _answering_on_dbt_2(name) -%}
  {{ return({
    'get_test_sql': [get_test_sql.package_name, default__get_test_sql.package_name],
    'get_where_subquery': [get_where_subquery.package_name, default__get_where_subquery.package_name],
    'get_limit_subquery_sql': [get_limit_subquery_sql.package_name, default__get_limit_sql.package_name],
    'test_unique': [test_unique.package_name, default__test_unique.package_name],
    'test_not_null': [test_not_null.package_name, default__test_not_null.package_name],
    'test_accepted_values': [test_accepted_values.package_name, default__test_accepted_values.package_name],
    'test_relationships': [test_relationships.package_name, default__test_relationships.package_name],
  }[name]) }}
{%- endmacro %}

{#- Whether a text is the name of a column, bare or quoted. dbt's tests take an expression in its place, and a field of a struct:
    then their own SQL runs. Nothing is a name. Asked without a pattern, which dbt 2 takes a millisecond to read. -#}
{% macro _is_column_name(text) -%}
  {%- if text is none -%}{{ return(true) }}{%- endif -%}
  {%- set letters = text | replace('_', 'a') | replace('$', 'a') -%}
  {{ return((letters.isalnum() and text[0] != '$' and not text[0].isdigit()) or ribbon._unquoted(text) != text) }}
{%- endmacro %}

{#- The macro that returns the measure of an expectation: for a test of another package, `measure_<package>__<name>`. -#}
{% macro _measure_of_name(expectation) -%}
  {%- set package = expectation.package ~ '__' if expectation.package else '' -%}
  {{ return(ribbon.dispatched('measure_' ~ package ~ expectation.name, 'ribbon')) }}
{%- endmacro %}

{#- `adapter.dispatch` of a name that is no literal, which dbt 1 refuses where it reads such a call. -#}
{% macro dispatched(name, namespace) -%}
  {%- set it = adapter -%}
  {{ return(it.dispatch(name, namespace)) }}
{%- endmacro %}

{#- The expectations that the project itself defines again under their bare names, so that contracts need no `ribbon.` before
    them: the file that `ribbon init --bare-names` writes says which. -#}
{% macro expectations_without_prefix() -%}
  {{ return(adapter.dispatch('expectations_without_prefix', 'ribbon')()) }}
{%- endmacro %}

{% macro default__expectations_without_prefix() -%}{{ return([]) }}{%- endmacro %}
