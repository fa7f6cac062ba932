{#- A dbt test as the gate reads it:
    test           its node
    name           of the generic test
    package        that it is of, where that is neither Ribbon nor dbt
    arguments      of it; `column_name` is called column, but for another package's; a ref() or source() is a relation
    condition      SQL that picks the rows it speaks of: the test's `where`
    on_unexpected  fail, warn or quarantine (config.meta.on_unexpected)
    fused          whether it is a measure of ours, or else SQL of its own
    position       its place in the statement; its aggregates are prefixed with it -#}
{% macro _expectation_of(test, position) -%}
  {%- set arguments = {} -%}
  {%- set namespace = test.test_metadata.namespace -%}
  {%- set package = namespace if namespace and namespace != 'ribbon' else none -%}
  {%- for name, value in test.test_metadata.kwargs.items() if name != 'model' -%}
    {%- if name == 'column_name' and not package -%}
      {%- do arguments.update({'column': ribbon._unquoted(value)}) -%}
    {%- else -%}
      {%- do arguments.update({name: ribbon._argument(value, test)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set name = test.test_metadata.name -%}
  {%- set on_unexpected = test.config.meta.get('on_unexpected') or 'fail' -%}
  {%- if on_unexpected not in ['fail', 'warn', 'quarantine'] -%}
    {%- do ribbon._contract_error(test, 'unknown value ' ~ on_unexpected ~ ' for on_unexpected',
      'use fail, warn or quarantine') -%}
  {%- endif -%}
  {{ return({
    'test': test,
    'name': name,
    'package': package,
    'arguments': arguments,
    'condition': test.config.where,
    'on_unexpected': on_unexpected,
    'fused': ribbon.facts_of(test).fused,
    'position': position,
    'prefix': 'e' ~ position ~ '_',
  }) }}
{%- endmacro %}

{#- A column that its contract marks `quote: true` arrives quoted; we quote every name ourselves. -#}
{% macro _unquoted(name) -%}
  {%- set is_quoted = name | length > 1 and adapter.quote(name[1:-1]) == name -%}
  {{ return(name[1:-1] if is_quoted else name) }}
{%- endmacro %}

{% macro _is_reaction(on_unexpected) -%}{{ return(on_unexpected in ['fail', 'warn', 'quarantine']) }}{%- endmacro %}

{#- Whether an expectation is written well enough to be measured together with others: its arguments and columns are there. One
    that is not is measured alone, and fails alone. known: the columns of what is measured, in lower case. -#}
{% macro _is_sound(test, relation, known) -%}
  {%- if not ribbon._is_reaction(test.config.meta.get('on_unexpected') or 'fail') -%}{{ return(false) }}{%- endif -%}
  {%- set expectation = ribbon._expectation_of(test, 0) -%}
  {%- set signature = ribbon.signature_of(expectation) -%}
  {%- for argument in expectation.arguments if argument not in signature.needs + signature.takes -%}
    {{ return(false) }}
  {%- endfor -%}
  {%- for argument in signature.needs if argument not in expectation.arguments -%}{{ return(false) }}{%- endfor -%}
  {%- do ribbon._add_measures([expectation], relation) -%}
  {{ return(ribbon._missing_column(expectation, known) is none) }}
{%- endmacro %}

{#- An expectation of a column that is not there is told by its contract, before the database stumbles over it. -#}
{% macro _check_columns(expectations, relation, node, columns) -%}
  {%- set known = ribbon._names_of(relation, node, columns) if relation is not string else [] -%}
  {%- for expectation in expectations if ribbon._missing_column(expectation, known) -%}
    {%- do ribbon._contract_error(
      expectation.test, 'there is no column ' ~ ribbon._missing_column(expectation, known), 'use one of '
        ~ known | join(', ')) -%}
  {%- endfor -%}
{%- endmacro %}

{#- The first column of an expectation that is not among `known`, names in lower case; none where all are, or where nothing is
    known. -#}
{% macro _missing_column(expectation, known) -%}
  {%- set named = (expectation.measure.columns or []) + (expectation.measure.values_of or []) -%}
  {%- for name in named if known and name | lower not in known -%}
    {{ return(name) }}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}

{#- The columns of what is measured, in lower case: those at hand, else those that a contract holds, else asked for. -#}
{% macro _names_of(relation, node, columns) -%}
  {%- set found = columns or ribbon._profiled_columns(node, relation) -%}
  {{ return(found | map(attribute='name') | map('lower') | list) }}
{%- endmacro %}

{#- Stops with the file, the thing and the remedy. -#}
{% macro _contract_error(test, what, remedy) -%}
  {%- do exceptions.raise_compiler_error(
    test.original_file_path ~ ': ' ~ test.test_metadata.name ~ ' on ' ~ ribbon._measured_node(test).split('.')[2:] | join('.')
      ~ ': '
    ~ what ~ '. '
    ~ remedy[0] | upper ~ remedy[1:] ~ '.') -%}
{%- endmacro %}
