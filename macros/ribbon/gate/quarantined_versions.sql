{#- The history of a snapshot is what readers see and what was set aside of it: dbt compares the source with both, so a version
    that was set aside is closed like any other, and none is computed twice. -#}

{#- Puts the versions in quarantine back into the history before new ones are computed; the gate takes out again what still
    breaks a promise. Where nothing is measured, nothing is put back. -#}
{% macro put_versions_back(history) -%}
  {%- set node = graph.nodes[model.unique_id] -%}
  {%- set quarantine = ribbon._quarantine_there(node) -%}
  {%- if quarantine is not none and ribbon._is_measuring() -%}
    {%- set kept, names = ribbon._names_beside(quarantine), [] -%}
    {%- for column in ribbon.columns_of(history) if column.name | lower in kept -%}
      {%- do names.append(column.name) -%}
    {%- endfor -%}
    {%- set columns = ribbon._quoted(names) -%}
    {%- do run_query(
      'insert into ' ~ history ~ ' (' ~ columns ~ ') select ' ~ columns ~ ' from ' ~ quarantine ~ ' where _quarantine_id in ('
      ~ ribbon._versions_of_a_history(quarantine) ~ ')') -%}
  {%- endif -%}
{%- endmacro %}

{#- The ids of the versions that dbt can go on from: those with a key, one for each moment. Of several that are open at once, or
    without a key, the source has to be asked again. -#}
{% macro _versions_of_a_history(quarantine) -%}
  {%- set key, moments = ribbon._snapshot_key(), ribbon._snapshot_columns().dbt_valid_to -%}
  {%- set present = [] -%}
  {%- for name in key -%}{%- do present.append('(' ~ name ~ ') is not null') -%}{%- endfor -%}
  {{ return(
    'select _quarantine_id from ' ~ quarantine ~ ' where ' ~ present | join(' and ') ~ ' qualify count(*) over (partition by '
    ~ key | join(', ') ~ ', ' ~ moments ~ ') = 1') }}
{%- endmacro %}

{#- What was put back leaves the quarantine, and what was not where the source has it again. -#}
{% macro _forget_versions(quarantine, relation, aside) -%}
  {%- do ribbon.run_with_swap(
    'delete from ' ~ quarantine ~ ' where _quarantine_id in (' ~ ribbon._versions_of_a_history(quarantine) ~ ')') -%}
  {%- set key, until = ribbon._snapshot_key(), ribbon._snapshot_columns().dbt_valid_to -%}
  {%- set of_dbt, names = ribbon._snapshot_columns().values() | map('lower') | list, [] -%}
  {%- for column in ribbon.columns_of(relation) if column.name | lower not in of_dbt -%}
    {%- do names.append(column.name) -%}
  {%- endfor -%}
  {#- dbt 2 runs this after the candidate took the name of the snapshot. -#}
  {%- for computed in [this if ribbon.is_dbt_2() else relation, aside] if computed is not none -%}
    {%- do ribbon._forget_same(
      quarantine, computed, ribbon._equal('computed', 'kept', key) ~ ' and ' ~ ribbon._alike_value(until), 'true') -%}
    {%- do ribbon._forget_same(quarantine, computed, ribbon._alike(names), ribbon._lacks_key(key)) -%}
  {%- endfor -%}
{%- endmacro %}

{% macro _snapshot_key() -%}
  {%- set key = config.get('unique_key') -%}
  {{ return([key] if key is string else key | list) }}
{%- endmacro %}

{% macro _snapshot_columns() -%}
  {{ return(config.get('snapshot_table_column_names') or get_snapshot_table_column_names()) }}
{%- endmacro %}
