{#- The table `<model>__quarantine`, beside the model, and what keeps it apart from a table of the user's. -#}

{% macro _quarantine_relation(node) -%}
  {{ return(api.Relation.create(
    database=node.database, schema=node.schema, identifier=(node.alias or node.name) ~ '__quarantine', type='table')) }}
{%- endmacro %}

{#- The quarantine of a node where it is there; none where it is not, or where its name is taken by a table of the user's. -#}
{% macro _quarantine_there(node) -%}
  {%- set quarantine = ribbon._quarantine_relation(node) -%}
  {%- if load_cached_relation(quarantine) is none or ribbon._node_of_name(quarantine) -%}{{ return(none) }}{%- endif -%}
  {{ return(quarantine if ribbon._is_quarantine(adapter.get_columns_in_relation(quarantine)) else none) }}
{%- endmacro %}

{#- The name of the model, seed or snapshot that makes a relation; none where none does. -#}
{% macro _node_of_name(relation) -%}
  {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot'] -%}
    {%- if (node.alias or node.name) | lower == relation.identifier | lower and node.schema | lower == relation.schema | lower -%}
      {{ return(node.name) }}
    {%- endif -%}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}

{#- Whether a table with these columns is a quarantine, and no table of the user's that is called like one. -#}
{% macro _is_quarantine(columns) -%}
  {%- set names = columns | map(attribute='name') | map('lower') | list -%}
  {%- for name in ['_quarantine_id', '_quarantine_reasons', '_quarantine_run_id', '_quarantined_at'] if name not in names -%}
    {{ return(false) }}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro %}

{#- Stops before a table of the user's is written. columns: that it has, none where they are not known yet. -#}
{% macro _check_name(quarantine, columns, node) -%}
  {%- set owner = ribbon._node_of_name(quarantine) -%}
  {%- if owner or (columns and not ribbon._is_quarantine(columns)) -%}
    {%- do exceptions.raise_compiler_error(
      quarantine.schema ~ '.' ~ quarantine.identifier ~ " is no quarantine of Ribbon's: it is "
      ~ ('the model ' ~ owner if owner else 'a table of yours')
      ~ ', and is left as it is. Rename it; rows set aside from ' ~ node.name ~ ' need the name.') -%}
  {%- endif -%}
{%- endmacro %}

{#- The quarantine has the columns of its model, even after the model changed: a new one is added, one whose type changed is kept
    as text. The engines do not tell names apart by case. -#}
{% macro _create_quarantine(quarantine, relation, node) -%}
  {%- do ribbon._check_name(quarantine, [], node) -%}
  {%- set create -%}
    create table if not exists {{ quarantine }} as
    select
      *,
      cast(null as {{ type_string() }}) as _quarantine_id,
      cast(null as {{ type_string() }}) as _quarantine_reasons,
      cast(null as {{ type_string() }}) as _quarantine_run_id,
      cast(null as {{ type_timestamp() }}) as _quarantined_at
    from {{ relation }}
    where false
  {%- endset -%}
  {%- do run_query(create) -%}
  {%- set there, kept = adapter.get_columns_in_relation(quarantine), {} -%}
  {%- do ribbon._check_name(quarantine, there, node) -%}
  {%- for column in there -%}{%- do kept.update({column.name | lower: column.dtype}) -%}{%- endfor -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- set name = adapter.quote(column.name) -%}
    {%- if column.name | lower not in kept -%}
      {%- do run_query('alter table ' ~ quarantine ~ ' add column ' ~ name ~ ' ' ~ column.dtype) -%}
    {%- elif kept[column.name | lower] not in [column.dtype, ribbon._text_type()] -%}
      {%- do run_query('alter table ' ~ quarantine ~ ' alter column ' ~ name ~ ' set data type ' ~ ribbon._text_type()) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro _new_id() -%}{{ return(adapter.dispatch('_new_id', 'ribbon')()) }}{%- endmacro %}
{% macro default___new_id() -%}{{ return('cast(uuid() as varchar)') }}{%- endmacro %}
{% macro bigquery___new_id() -%}{{ return('generate_uuid()') }}{%- endmacro %}

{% macro _text_type() -%}{{ return(adapter.dispatch('_text_type', 'ribbon')()) }}{%- endmacro %}
{% macro default___text_type() -%}{{ return('VARCHAR') }}{%- endmacro %}
{% macro bigquery___text_type() -%}{{ return('STRING') }}{%- endmacro %}
