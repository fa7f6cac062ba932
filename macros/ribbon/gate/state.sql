{#- What this invocation of dbt knows of its gate, kept in `graph`, which all threads and hooks share:
    tests     the generic tests by the node they measure: a model, seed, snapshot or source
    facts     by a test's unique id, what is known of it before it is measured (macros/ribbon/gate/ungated.sql says what)
    verdicts  by a test's unique id, what was measured (macros/ribbon/gate/verdict.sql says of what)
    of_batches  verdicts by test and batch, until all batches are there
    profiles  by a node's unique id, one entry per column measured
    said      what is said once, by the node that says it
    signatures  by the name of a measure, the arguments that it needs, and takes besides
    gated     the materializations that the gate is in -#}
{% macro gate_state() -%}
  {%- if 'ribbon' not in graph -%}
    {%- set tests = ribbon._tests_by_node() -%}
    {%- do graph.update({'ribbon': {
      'tests': tests, 'facts': {}, 'verdicts': {}, 'of_batches': {}, 'profiles': {}, 'said': {},
      'signatures': dict(ribbon.signatures(), **ribbon.measures_of_project()), 'gated': ribbon.gated_materializations(),
    }}) -%}
  {%- endif -%}
  {{ return(graph['ribbon']) }}
{%- endmacro %}

{#- Every data test that dbt may run. One that reads a relation that the project lacks or has disabled stays in the graph,
    disabled: dbt warns of it and leaves it out. -#}
{% macro data_tests() -%}
  {%- set tests = [] -%}
  {%- for node in graph.nodes.values() if node.resource_type == 'test' and node.config.get('enabled') is not false -%}
    {%- do tests.append(node) -%}
  {%- endfor -%}
  {{ return(tests) }}
{%- endmacro %}

{% macro _tests_by_node() -%}
  {%- set tests = {} -%}
  {%- for node in ribbon.data_tests() if node.test_metadata -%}
    {%- if 'datetime.' in node.test_metadata.kwargs | string -%}
      {%- do node.test_metadata.update({'kwargs': ribbon._with_dates_as_text(node.test_metadata.kwargs)}) -%}
    {%- endif -%}
    {%- do tests.setdefault(ribbon._measured_node(node), []).append(node) -%}
  {%- endfor -%}
  {{ return(tests) }}
{%- endmacro %}

{#- The unique id of what a generic test measures. dbt names the model of a test, but not its source: that is the one that its
    `model` argument names, by table. -#}
{% macro _measured_node(test) -%}
  {%- if test.attached_node -%}{{ return(test.attached_node) }}{%- endif -%}
  {%- set parents = test.depends_on.nodes -%}
  {%- set text = test.test_metadata.kwargs.get('model', '') | string -%}
  {%- for parent in parents if parent.startswith('source.') -%}
    {%- set name = parent.split('.') -%}
    {%- if "source('" ~ name[-2] ~ "', '" ~ name[-1] ~ "')" in text -%}{{ return(parent) }}{%- endif -%}
  {%- endfor -%}
  {{ return(parents | first) }}
{%- endmacro %}

{#- Logs `message` the first time this invocation asks for it. -#}
{% macro _say_once(message) -%}
  {#- Nodes that dbt 2 runs side by side all ask; the first to enter its id says it. -#}
  {%- set said = ribbon.gate_state()['said'] -%}
  {%- set asking = model.unique_id if model is defined else 'the command' -%}
  {%- if said.setdefault(message, asking) == asking and said.setdefault(message ~ asking, 'not yet') == 'not yet' -%}
    {%- do said.update({message ~ asking: 'said'}) -%}
    {%- do log(message, info=true) -%}
  {%- endif -%}
{%- endmacro %}
