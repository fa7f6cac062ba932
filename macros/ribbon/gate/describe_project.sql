{#- What the gate and the layer rule say of a project, printed as one line of JSON for `ribbon doctor`:
    gated       how many tests readers wait for
    ungated     tests that they do not wait for: {test, name, model, reason}
    of_sources  how many tests measure sources, which the gate does not build
    materializations  those that the gate is in, on this adapter
    breaches    of the layer rule: {model, reads, path, why, remedy, fails}
    Nothing is measured, and the database is not asked. -#}
{% macro describe_project() -%}
  {%- set found = {'gated': 0, 'of_sources': 0} -%}
  {%- set ungated = [] -%}
  {%- for test in ribbon.data_tests() -%}
    {%- set node_id = ribbon._measured_node(test) if test.test_metadata else (test.depends_on.nodes or [''])[0] -%}
    {%- set reason = none if node_id in graph.sources else ribbon._reason_of(test) -%}
    {%- if reason -%}
      {%- do ungated.append({'test': test.unique_id, 'name': test.name, 'model': node_id, 'reason': reason}) -%}
    {%- else -%}
      {%- set kind = 'of_sources' if node_id in graph.sources else 'gated' -%}
      {%- do found.update({kind: found[kind] + 1}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do print(tojson({
    'gated': found.gated, 'of_sources': found.of_sources, 'ungated': ungated,
    'materializations': ribbon.gated_materializations(), 'breaches': ribbon.layer_breaches(),
  })) -%}
{%- endmacro %}
