{#- The plan of a node's measurement, printed as one line of JSON for `ribbon expectations explain`:
    relation      what is measured, materialized: how it is built
    parts         what each call of the gate measures: {part, reads, own, constant, statement}
      reads       of the one statement: {name, how, source, columns, expectations, profiles (columns profiled)}
      own         tests whose SQL is sent by itself: {expectation, statement}
      constant    expectations that are known without a read
    ungated       what readers are not kept from: {expectation, reason}
    The gate's own macros make the plan; nothing is measured.
    unique_id: of a model, seed or snapshot. Raises a compiler error where an expectation is wrong. -#}
{% macro explain_gate(unique_id) -%}
  {%- set node = graph.nodes[unique_id] -%}
  {%- set relation = ribbon._relation_of_node(unique_id) -%}
  {%- set ungated = [] -%}
  {%- for test in ribbon.gate_state()['tests'].get(unique_id, []) if ribbon.ungated_reason(test) -%}
    {%- set expectation = ribbon.said_expectation(ribbon._expectation_of(test, loop.index0)) -%}
    {%- do ungated.append({'expectation': expectation, 'reason': ribbon.ungated_reason(test)}) -%}
  {%- endfor -%}
  {%- do ribbon._recall_recorded_profiles() -%}
  {%- set materialized = ribbon.materialization_of(node) -%}
  {%- set parts = [] -%}
  {%- set arriving = ['arriving', 'batch'] if node.config.get('incremental_strategy') == 'microbatch' else ['arriving'] -%}
  {%- for part in (arriving + ['merged'] if materialized == 'incremental' else ['whole']) -%}
    {%- set explained = ribbon._explained_part(node, relation, part) -%}
    {%- if explained.statement or explained.own or part in ['merged', 'whole'] -%}{%- do parts.append(explained) -%}{%- endif -%}
  {%- endfor -%}
  {%- do print(tojson({
    'relation': relation.include(database=false) | string, 'materialized': materialized, 'parts': parts, 'ungated': ungated,
  })) -%}
{%- endmacro %}

{#- What earlier runs know of the columns decides how they are read; a build file from before the first run knows nothing. -#}
{% macro _recall_recorded_profiles() -%}
  {%- set schema = ribbon.target_schema('ribbon') -%}
  {%- if adapter.get_relation(database=target.database, schema=schema, identifier='column_profiles') -%}
    {%- do ribbon._recall_profiles(adapter.quote(schema)) -%}
  {%- endif -%}
{%- endmacro %}

{% macro _explained_part(node, relation, part) -%}
  {%- set expectations = [] -%}
  {%- for expectation in ribbon._gated_expectations(node, relation, part) if not ribbon.ungated_reason(expectation.test) -%}
    {%- do expectations.append(expectation) -%}
  {%- endfor -%}
  {%- set fused = expectations | selectattr('fused') | list -%}
  {%- set own = [] -%}
  {%- for expectation in expectations | rejectattr('fused') -%}
    {%- do own.append({
      'expectation': ribbon.said_expectation(expectation), 'statement': ribbon._own_statement(expectation, relation) | string
    }) -%}
  {%- endfor -%}
  {%- set columns = [] if part in ['arriving', 'batch'] or node.config.materialized == 'view' else ribbon._profiled_columns(node,
    relation) -%}
  {%- if not fused and not columns -%}
    {{ return({'part': part, 'reads': [], 'own': own, 'constant': [], 'statement': none}) }}
  {%- endif -%}
  {%- set plan = ribbon.measuring_plan(fused, relation | string, ribbon._few_valued_columns(node, fused)) -%}
  {%- do ribbon._plan_profiles(plan, columns, ribbon.restriction_of(node)) -%}
  {%- set reads = [] -%}
  {%- for source, read in plan.reads.items() -%}
    {%- do reads.append(ribbon._explained_read(source, read, fused, columns)) -%}
  {%- endfor -%}
  {%- set constant = [] -%}
  {%- for expectation in fused if expectation.measure.form == 'constant' -%}
    {%- do constant.append(ribbon.said_expectation(expectation)) -%}
  {%- endfor -%}
  {{ return({'part': part, 'reads': reads, 'own': own, 'constant': constant, 'statement': ribbon.measuring_statement(plan)}) }}
{%- endmacro %}

{#- A read with the expectations and the profiles whose aggregates it holds. -#}
{% macro _explained_read(source, read, fused, columns) -%}
  {%- set served = [] -%}
  {%- set names = [] -%}
  {%- set windowed = [] -%}
  {%- for expectation in fused if ribbon._has_prefix(read.aggregates, expectation.prefix) -%}
    {%- do served.append(ribbon.said_expectation(expectation)) -%}
    {%- if expectation.measure.windowed -%}{%- do windowed.append(true) -%}{%- endif -%}
    {%- for name in expectation.measure.columns or expectation.measure.values_of or [] if name not in names -%}
      {%- do names.append(name) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set profiles = [] -%}
  {%- for column in columns -%}
    {%- if ribbon._has_prefix(read.aggregates, 'p' ~ loop.index0 ~ '_') -%}{%- do profiles.append(column.name) -%}{%- endif -%}
  {%- endfor -%}
  {{ return({
    'name': read.name, 'how': ribbon._how_it_reads(source, windowed), 'source': source, 'columns': names or profiles,
    'expectations': served,
    'profiles': profiles,
  }) }}
{%- endmacro %}

{% macro _has_prefix(aggregates, prefix) -%}
  {%- for name in aggregates if name.startswith(prefix) -%}{{ return(true) }}{%- endfor -%}
  {{ return(false) }}
{%- endmacro %}

{#- The kind of a read, by the names that the plan gives its sub-queries. -#}
{% macro _how_it_reads(source, windowed) -%}
  {%- if not source -%}{{ return('other relations') }}{%- endif -%}
  {%- if windowed -%}{{ return('window') }}{%- endif -%}
  {%- for kind, alias in [
    ('groups', 'as ribbon_groups'), ('histogram', 'as ribbon_values'), ('join', 'as ribbon_derived'),
    ('scan of some rows', 'as ribbon_chosen')
  ] if alias in source -%}{{ return(kind) }}{%- endfor -%}
  {{ return('scan') }}
{%- endmacro %}
