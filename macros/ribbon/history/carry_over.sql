{#- The ids of tests and nodes change when a project is renamed, and when its contracts write an expectation with another prefix.
    What was recorded under an id that the project no longer has goes on under the one that takes its place: for a node, that
    of its type and name; for a test, that of the same node, expectation and arguments. What nothing or more than one takes
    the place of stays as it is. Mostly all ids are known, and nothing has to be looked for. -#}
{% macro _carry_over(schema) -%}
  {%- set recorded -%}
    select test_id as unique_id from {{ schema }}.expectation_results
    union distinct select node_id from {{ schema }}.expectation_results
    union distinct select node_id from {{ schema }}.column_profiles
  {%- endset -%}
  {%- set ids = run_query(recorded).columns[0].values() | select | list -%}
  {%- if ids | reject('in', graph.nodes) | reject('in', graph.sources) | list -%}
    {%- do ribbon._carry_over_unknown(schema) -%}
  {%- endif -%}
{%- endmacro %}

{% macro _carry_over_unknown(schema) -%}
  {%- set recorded = run_query(
    'select distinct test_id, node_id, expectation, arguments from ' ~ schema ~ '.expectation_results').rows -%}
  {%- set profiled = run_query('select distinct node_id from ' ~ schema ~ '.column_profiles').columns[0].values() -%}
  {%- set nodes = {} -%}
  {%- for old in (recorded | map(attribute='node_id') | list + profiled | list) | unique -%}
    {%- if old and not ribbon._is_known(old) -%}
      {%- set new = ribbon._only_one(ribbon._ids_by_name().get(ribbon._name_of_id(old))) -%}
      {%- if new -%}{%- do nodes.update({old: new}) -%}{%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set tests = {} -%}
  {%- for row in recorded if not ribbon._is_known(row['test_id']) -%}
    {%- set node_id = nodes.get(row['node_id'], row['node_id']) -%}
    {%- set same = [] -%}
    {%- for test in ribbon.gate_state()['tests'].get(node_id, []) if test.test_metadata.name == row['expectation'] -%}
      {%- if ribbon.said_arguments(test) == row['arguments'] -%}{%- do same.append(test.unique_id) -%}{%- endif -%}
    {%- endfor -%}
    {%- if ribbon._only_one(same) -%}{%- do tests.update({row['test_id']: same[0]}) -%}{%- endif -%}
  {%- endfor -%}
  {%- for table, column, ids in [
    ('expectation_results', 'node_id', nodes), ('expectation_results', 'test_id', tests), ('column_profiles', 'node_id', nodes),
    ('table_states', 'node_id', nodes), ('node_runs', 'unique_id', nodes), ('node_runs', 'unique_id', tests),
  ] if ids -%}
    {%- do ribbon._rename_ids(schema ~ '.' ~ table, column, ids) -%}
  {%- endfor -%}
{%- endmacro %}

{% macro _rename_ids(table, column, ids) -%}
  {%- set cases, old_ids = [], [] -%}
  {%- for old, new in ids.items() -%}
    {%- do cases.append('when ' ~ ribbon.sql_literal(old) ~ ' then ' ~ ribbon.sql_literal(new)) -%}
    {%- do old_ids.append(ribbon.sql_literal(old)) -%}
  {%- endfor -%}
  {%- do run_query(
    'update ' ~ table ~ ' set ' ~ column ~ ' = case ' ~ column ~ ' ' ~ cases | join(' ') ~ ' end where ' ~ column ~ ' in ('
    ~ old_ids | join(', ') ~ ')') -%}
{%- endmacro %}

{% macro _is_known(unique_id) -%}{{ return(unique_id in graph.nodes or unique_id in graph.sources) }}{%- endmacro %}

{#- What an id says without the project's name: `model.orders`. -#}
{% macro _name_of_id(unique_id) -%}
  {%- set parts = unique_id.split('.') -%}
  {{ return(([parts[0]] + parts[2:]) | join('.')) }}
{%- endmacro %}

{% macro _ids_by_name() -%}
  {%- set known = ribbon.gate_state().setdefault('ids_by_name', {}) -%}
  {%- if not known -%}
    {%- for unique_id in graph.nodes.keys() | list + graph.sources.keys() | list -%}
      {%- do known.setdefault(ribbon._name_of_id(unique_id), []).append(unique_id) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(known) }}
{%- endmacro %}

{% macro _only_one(items) -%}{{ return(items[0] if items and items | length == 1 else none) }}{%- endmacro %}
