{#- What someone reads when a model failed: which expectations, how many of how many rows, a few of them, and where to look. -#}
{% macro failure_message(node, relation, verdicts) -%}
  {%- set failed = verdicts | selectattr('status', 'equalto', 'fail') | list -%}
  {%- set lines = [
    node.schema ~ '.' ~ (node.alias or node.name) ~ ' was not replaced: ' ~ failed | length ~ ' of ' ~ verdicts | length
    ~ ' expectations failed. Readers keep the last good table.'
  ] -%}
  {%- for verdict in failed -%}
    {%- do lines.append('  ' ~ ribbon.what_was_seen(verdict)) -%}
    {%- if verdict.expectation.measure and verdict.expectation.measure.form in ['rows', 'duplicates'] -%}
      {%- for text in ribbon.failing_row_texts(verdict.expectation, relation, node) -%}
        {%- do lines.append('    ' ~ text) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set restriction = ribbon.restriction_of(node) -%}
  {%- if restriction.reads and restriction.cleared is none -%}
    {%- do lines.append('  all values are hidden: this SQL is new and reads restricted columns; `ribbon docs` finds out which'
      ~ ' may be shown') -%}
  {%- endif -%}
  {%- do lines.append('  declared in ' ~ failed[0].expectation.test.original_file_path) -%}
  {{ return(lines | join('\n')) }}
{%- endmacro %}

{#- One line: the expectation with its arguments, and what was seen. -#}
{% macro what_was_seen(verdict) -%}
  {%- set text = ribbon.said_expectation(verdict.expectation) ~ ': ' -%}
  {%- if verdict.unexpected_count is not none -%}
    {{ return(text ~ ribbon._grouped(verdict.unexpected_count) ~ ' of ' ~ ribbon._grouped(verdict.element_count) ~ ' rows') }}
  {%- elif verdict.observed_value is not none -%}
    {{ return(text ~ 'observed ' ~ verdict.observed_value) }}
  {%- endif -%}
  {{ return(text ~ verdict.failures ~ ' failures') }}
{%- endmacro %}

{#- An expectation with its arguments, in the order of their names, so that it is said alike in every run, and its `where`. -#}
{% macro said_expectation(expectation) -%}
  {%- set said = [] -%}
  {%- for name in expectation.arguments | sort -%}{%- do said.append(name ~ '=' ~ expectation.arguments[name]) -%}{%- endfor -%}
  {%- set chosen = ' where ' ~ expectation.condition if expectation.condition else '' -%}
  {{ return(expectation.name ~ '(' ~ said | join(', ') ~ ')' ~ chosen) }}
{%- endmacro %}

{#- A whole number as people read it: 1,234,567. -#}
{% macro _grouped(number) -%}
  {%- set digits, groups = number | int | string, [] -%}
  {%- for end in range(digits | length, 0, -3) -%}
    {%- do groups.insert(0, digits[[end - 3, 0] | max:end]) -%}
  {%- endfor -%}
  {{ return(groups | join(',')) }}
{%- endmacro %}
