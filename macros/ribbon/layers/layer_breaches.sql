{#- Every breach of the layer rule in the graph, as a list of {model, reads, path, why, remedy, fails}.
    A warehouse model reads the lake and the warehouse; a mart reads the warehouse and its own use case. How strictly
    reading the lake from a mart counts is the stage of its use case: `exploring` may, `growing` is warned, `stable`
    fails. Source of the rule: docs/handbook/layers.md. -#}
{% macro layer_breaches() -%}
  {%- set breaches = [] -%}
  {%- for node in graph.nodes.values()
      if node.package_name == project_name and node.resource_type in ['model', 'snapshot'] -%}
    {%- set misplaced = ribbon._layer_misplacement(node) -%}
    {%- if misplaced -%}
      {%- do breaches.append(misplaced) -%}
    {%- else -%}
      {%- for parent_id in node.depends_on.nodes -%}
        {%- set parent = graph.nodes.get(parent_id) or graph.sources.get(parent_id) -%}
        {%- set breach = ribbon._layer_breach(node, parent) if parent else none -%}
        {%- if breach -%}{%- do breaches.append(breach) -%}{%- endif -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(breaches) }}
{%- endmacro %}

{#- A model that no layer or no use case owns; none where the model is in its place. -#}
{% macro _layer_misplacement(node) -%}
  {%- if ribbon.layer_of(node) is none -%}
    {{ return(ribbon._breach(node, none, 'it is in no layer',
      'move it to models/warehouse/<subject>/ or models/mart/<use_case>/')) }}
  {%- elif ribbon.layer_of(node) == 'mart' and (ribbon.use_case_of(node) is none or ribbon._layer_placement(node).astray) -%}
    {{ return(ribbon._breach(node, none, 'it belongs to no use case', 'move it to models/mart/<use_case>/')) }}
  {%- elif ribbon.layer_of(node) == 'mart' and ribbon.use_case_stage(node) not in ['exploring', 'growing', 'stable'] -%}
    {%- set remedy = 'give the folder a group: a _use_case.yml with config.meta.stage exploring, growing or stable, '
      ~ 'and +group in dbt_project.yml' -%}
    {{ return(ribbon._breach(node, none, 'its use case declares no stage', remedy)) }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{#- What is wrong with `node` reading `parent`; none where nothing is. -#}
{% macro _layer_breach(node, parent) -%}
  {%- set reader = ribbon.layer_of(node) -%}
  {%- set read = ribbon.layer_of(parent) -%}
  {%- if reader == 'warehouse' and read == 'mart' -%}
    {%- set why = 'a warehouse model must not read a mart: shared models would depend on one use case' -%}
    {%- set remedy = 'move the shared logic of ' ~ parent.name ~ ' into a warehouse model, and let both read it' -%}
    {{ return(ribbon._breach(node, parent, why, remedy)) }}
  {%- elif reader == 'mart' and read == 'mart' and ribbon.use_case_of(node) != ribbon.use_case_of(parent) -%}
    {%- set why = 'a mart must not read the mart of another use case (' ~ ribbon.use_case_of(parent) ~ ')' -%}
    {%- set remedy = 'move what both need from ' ~ parent.name ~ ' into a warehouse model' -%}
    {{ return(ribbon._breach(node, parent, why, remedy)) }}
  {%- elif reader == 'mart' and read == 'lake' and ribbon.use_case_stage(node) != 'exploring' -%}
    {%- set why = 'a mart of a ' ~ ribbon.use_case_stage(node) ~ ' use case must not read the lake' -%}
    {%- set remedy = 'build a warehouse model on ' ~ parent.source_name ~ '.' ~ parent.name ~ ' and ref() it' -%}
    {{ return(ribbon._breach(node, parent, why, remedy, fails=ribbon.use_case_stage(node) == 'stable')) }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{% macro _breach(node, parent, why, remedy, fails=true) -%}
  {{ return({
    'model': node.name,
    'reads': parent.name if parent else none,
    'path': node.original_file_path,
    'why': why,
    'remedy': remedy,
    'fails': fails,
  }) }}
{%- endmacro %}

{#- The stage that the group of a mart declares under config.meta.stage; none where there is no group or stage. -#}
{% macro use_case_stage(node) -%}
  {%- for group in graph.groups.values() -%}
    {#- dbt 2 keeps what all resources have in one place. -#}
    {%- set common = group.get('__common_attr__') or group -%}
    {%- if common.name == node.config.group -%}
      {{ return(((group.get('config') or common).get('meta') or {}).get('stage')) }}
    {%- endif -%}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}
