{#- A measure joins the one statement, unless the test counts its failures in a way of its own. -#}
{% macro _is_fused(test) -%}
  {{ return(ribbon._has_measure(test) and (test.config.fail_calc or 'count(*)') | trim == 'count(*)') }}
{%- endmacro %}

{#- Ribbon's expectations and dbt's own four have a measure, and so have tests of the project itself that come with one.
    What redefines the SQL of a name has not. -#}
{% macro _has_measure(test) -%}
  {%- set name, namespace = test.test_metadata.name, test.test_metadata.namespace -%}
  {%- set measure = 'default__measure_' ~ name -%}
  {%- if namespace -%}
    {{ return(namespace == 'ribbon' and measure in ribbon) }}
  {%- elif name in ['unique', 'not_null', 'accepted_values', 'relationships'] -%}
    {%- set said = test.test_metadata.kwargs -%}
    {{ return(
      'macro.dbt.test_' ~ name in test.depends_on.macros
      and ribbon._is_dbts_own(name)
      and ribbon._is_column_name(said.get('column_name'))
      and ribbon._is_column_name(said.get('field'))
    ) }}
  {%- endif -%}
  {{ return(measure in context or name in ribbon.expectations_without_prefix()) }}
{%- endmacro %}

{#- Whether dbt's test runs the SQL that it comes with, and not that of a macro by which the project answers its dispatch. -#}
{% macro _is_dbts_own(name) -%}
  {%- set known = ribbon.gate_state().setdefault('dbts_own', {}) -%}
  {%- if name not in known -%}
    {%- set find = adapter.dispatch -%}
    {%- do known.update({name: find('test_' ~ name, 'dbt').macro.package_name in ['dbt', 'dbt_' ~ adapter.type()]}) -%}
  {%- endif -%}
  {{ return(known[name]) }}
{%- endmacro %}

{#- Whether a text is the name of a column, bare or quoted. dbt's tests take an expression in its place, and a field of a struct:
    then their own SQL runs. Nothing is a name. -#}
{% macro _is_column_name(text) -%}
  {{ return(text is none or ribbon._unquoted(text) != text or modules.re.fullmatch('[^\W\d][\w$]*', text) is not none) }}
{%- endmacro %}

{#- The macro that returns the measure of an expectation. The name is no literal, which a direct call of dispatch refuses. -#}
{% macro _measure_named(name) -%}
  {%- set find = adapter.dispatch -%}
  {{ return(find('measure_' ~ name, 'ribbon')) }}
{%- endmacro %}

{#- The expectations that the project itself defines again under their bare names, so that contracts need no `ribbon.` before
    them: the file that `ribbon init --bare-names` writes says which. -#}
{% macro expectations_without_prefix() -%}
  {{ return(adapter.dispatch('expectations_without_prefix', 'ribbon')()) }}
{%- endmacro %}

{% macro default__expectations_without_prefix() -%}{{ return([]) }}{%- endmacro %}
