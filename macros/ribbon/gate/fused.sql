{#- Ribbon's expectations and dbt's own four have a measure, and so have tests of the project itself that come with one.
    What redefines the SQL of a name has not. -#}
{% macro _has_measure(test) -%}
  {%- set name, namespace = test.test_metadata.name, test.test_metadata.namespace -%}
  {%- set measure = 'default__measure_' ~ name -%}
  {%- if namespace -%}
    {{ return((namespace == 'ribbon' and measure in ribbon) or ribbon._is_measured_of_package(test)) }}
  {%- elif name in ['unique', 'not_null', 'accepted_values', 'relationships'] -%}
    {%- set said = test.test_metadata.kwargs -%}
    {{ return(
      ribbon._runs_dbts_sql(test)
      and ribbon._is_column_name(said.get('column_name'))
      and ribbon._is_column_name(said.get('field'))
    ) }}
  {%- endif -%}
  {#- In the package's own hooks its measures are at hand without prefix, too. -#}
  {%- set is_theirs = measure in context and context[measure].macro.package_name != 'ribbon' -%}
  {{ return(is_theirs or name in ribbon.expectations_without_prefix()) }}
{%- endmacro %}

{#- Whether a test is one of dbt's four, with the SQL that dbt brings for it. That SQL looks at nothing but its arguments, so it
    can run on a candidate. -#}
{% macro _runs_dbts_sql(test) -%}
  {%- set name = test.test_metadata.name -%}
  {{ return(
    not test.test_metadata.namespace
    and name in ['unique', 'not_null', 'accepted_values', 'relationships']
    and 'macro.dbt.test_' ~ name in test.depends_on.macros
    and ribbon._is_dbts('test_' ~ name)
  ) }}
{%- endmacro %}

{#- Which tests of dbt_utils and dbt_expectations are measured: those that have a measure here and run the package's own SQL, with
    arguments that the measure knows, names for columns, and failures counted in rows. dbt runs the others. -#}
{% macro _is_measured_of_package(test) -%}
  {%- set package, name = test.test_metadata.namespace, test.test_metadata.name -%}
  {%- set measure = 'default__measure_' ~ package ~ '__' ~ name -%}
  {%- if package not in ['dbt_utils', 'dbt_expectations'] or measure not in ribbon -%}{{ return(false) }}{%- endif -%}
  {#- dbt lists macros of this name, whichever package they are of, besides the one that answers. -#}
  {%- for macro in test.depends_on.macros if macro.endswith('test_' ~ name) -%}
    {%- if macro.split('.')[1] not in [package, 'ribbon'] -%}{{ return(false) }}{%- endif -%}
  {%- endfor -%}
  {%- set known = ribbon[measure].get_macro().arguments -%}
  {%- for argument in test.test_metadata.kwargs if argument != 'model' and argument not in known -%}
    {{ return(false) }}
  {%- endfor -%}
  {%- set said = test.test_metadata.kwargs -%}
  {%- for column in [said.get('column_name')] + (said.get('combination_of_columns') or said.get('column_list') or []) -%}
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
    {%- set find = adapter.dispatch -%}
    {%- set dbts = ['dbt', 'dbt_' ~ adapter.type()] -%}
    {%- do known.update({
      name: find(dispatched or name, 'dbt').macro.package_name in dbts and context[name].macro.package_name in dbts
    }) -%}
  {%- endif -%}
  {{ return(known[name]) }}
{%- endmacro %}

{#- Whether a text is the name of a column, bare or quoted. dbt's tests take an expression in its place, and a field of a struct:
    then their own SQL runs. Nothing is a name. -#}
{% macro _is_column_name(text) -%}
  {{ return(text is none or ribbon._unquoted(text) != text or modules.re.fullmatch('[^\W\d][\w$]*', text) is not none) }}
{%- endmacro %}

{#- The macro that returns the measure of an expectation: for a test of another package, `measure_<package>__<name>`. The name is
    no literal, which a direct call of dispatch refuses. -#}
{% macro _measure_of_name(expectation) -%}
  {%- set find = adapter.dispatch -%}
  {%- set package = expectation.package ~ '__' if expectation.package else '' -%}
  {{ return(find('measure_' ~ package ~ expectation.name, 'ribbon')) }}
{%- endmacro %}

{#- The expectations that the project itself defines again under their bare names, so that contracts need no `ribbon.` before
    them: the file that `ribbon init --bare-names` writes says which. -#}
{% macro expectations_without_prefix() -%}
  {{ return(adapter.dispatch('expectations_without_prefix', 'ribbon')()) }}
{%- endmacro %}

{% macro default__expectations_without_prefix() -%}{{ return([]) }}{%- endmacro %}
