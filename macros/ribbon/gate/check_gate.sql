{#- What the gate cannot keep back, said by on-run-start before any node is built. In a mart of a stable use case an expectation
    that is not gated is an error. A mart that is a view with expectations is warned of: what it answers changes when its parents
    do, so what was measured when it was built is no promise. -#}
{% macro check_gate() -%}
  {%- if execute -%}
    {%- set errors = ribbon._ungated_singular_tests() -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and ribbon.layer_of(node) == 'mart' -%}
      {%- set tests = ribbon.gate_state()['tests'].get(node.unique_id, []) -%}
      {%- if tests and node.config.materialized == 'view' -%}
        {%- do exceptions.warn(
          'Gate: ' ~ node.original_file_path ~ ': ' ~ node.name ~ ' is a view with expectations. A view changes with what it '
          ~ 'reads, so they may fail after the build. Remedy: materialize it as a table.') -%}
      {%- endif -%}
      {%- for test in tests if ribbon.use_case_stage(node) == 'stable' and ribbon.ungated_reason(test, node) -%}
        {%- set what = test.test_metadata.name ~ ' on ' ~ node.name -%}
        {%- do errors.append(test.original_file_path ~ ': ' ~ what ~ ': ' ~ ribbon.ungated_reason(test, node) ~ '.') -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- if errors -%}
      {%- do exceptions.raise_compiler_error(
        'Ungated in ' ~ errors | length ~ ' place(s): a mart of a stable use case must not have tests that the gate '
        ~ 'cannot run:\n  - ' ~ errors | join('\n  - ')) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{#- Singular tests that read a mart of a stable use case. -#}
{% macro _ungated_singular_tests() -%}
  {%- set errors = [] -%}
  {%- for test in graph.nodes.values() if test.resource_type == 'test' and not test.test_metadata -%}
    {%- for unique_id in test.depends_on.nodes if unique_id.startswith('model.') -%}
      {%- set node = graph.nodes[unique_id] -%}
      {%- if ribbon.layer_of(node) == 'mart' and ribbon.use_case_stage(node) == 'stable' -%}
        {%- do errors.append(
          test.original_file_path ~ ': a singular test on ' ~ node.name ~ ' is not gated. Remedy: write it as '
          ~ 'unexpected_rows_expectation in the contract of ' ~ node.name ~ '.') -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(errors) }}
{%- endmacro %}
