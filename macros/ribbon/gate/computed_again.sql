{#- What leaves the quarantine because a build computed it again. What a row is the same as is told by its key, or where that has
    a null by all its columns: else rows without a key would be set aside once more by each run. -#}

{#- aside: the relation of the rows set aside now, or none. -#}
{% macro _forget_computed_again(quarantine, relation, aside, part) -%}
  {%- set key = ribbon._replacing_key(model) -%}
  {%- if model.resource_type == 'snapshot' -%}
    {%- do ribbon._forget_versions(quarantine, relation, aside) -%}
  {%- elif part != 'arriving' -%}
    {%- do ribbon.run_with_swap('delete from ' ~ quarantine ~ ' where true') -%}
  {%- elif model.get('batch') and config.get('event_time') -%}
    {%- set time = adapter.quote(config.get('event_time')) -%}
    {%- do ribbon.run_with_swap(
      'delete from ' ~ quarantine ~ ' where ' ~ time ~ ' >= ' ~ ribbon.sql_literal(model.batch.event_time_start) ~ ' and '
        ~ time ~ ' < '
      ~ ribbon.sql_literal(model.batch.event_time_end)) -%}
  {%- elif key -%}
    {%- set names = ribbon.columns_of(relation) | map(attribute='name') | list -%}
    {%- for computed in [relation, aside] if computed is not none -%}
      {%- do ribbon._forget_same(quarantine, computed, ribbon._equal('computed', 'kept', key), 'true') -%}
      {%- do ribbon._forget_same(quarantine, computed, ribbon._alike(names), ribbon._lacks_key(key)) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{#- The columns by which an incremental replaces rows, as its `unique_key` names them; none where it does not. -#}
{% macro _replacing_key(node) -%}
  {%- set key = node.config.get('unique_key') -%}
  {%- set adds = node.config.get('incremental_strategy') in ['append', 'microbatch'] -%}
  {%- if not key or adds or ribbon.materialization_of(node) != 'incremental' -%}{{ return([]) }}{%- endif -%}
  {{ return([key] if key is string else key | list) }}
{%- endmacro %}

{#- Removes the kept rows that are among the computed ones. same: SQL of `computed` and `kept`. chosen: SQL of `kept`. -#}
{% macro _forget_same(quarantine, computed, same, chosen) -%}
  {%- do ribbon.run_with_swap(
    'delete from ' ~ quarantine ~ ' as kept where ' ~ chosen ~ ' and exists (select 1 from ' ~ computed
    ~ ' as computed where ' ~ same ~ ')') -%}
{%- endmacro %}

{% macro _equal(left, right, key) -%}
  {%- set same = [] -%}
  {%- for name in key -%}{%- do same.append(left ~ '.' ~ name ~ ' = ' ~ right ~ '.' ~ name) -%}{%- endfor -%}
  {{ return(same | join(' and ')) }}
{%- endmacro %}

{#- Nulls are alike, and so is a value that the quarantine keeps as text. -#}
{% macro _alike(names) -%}
  {%- set same = [] -%}
  {%- for name in names -%}{%- do same.append(ribbon._alike_value(adapter.quote(name))) -%}{%- endfor -%}
  {{ return(same | join(' and ') or 'true') }}
{%- endmacro %}

{% macro _alike_value(name) -%}{{ return(adapter.dispatch('_alike_value', 'ribbon')(name)) }}{%- endmacro %}
{% macro default___alike_value(name) -%}
  {{ return('cast(computed.' ~ name ~ ' as varchar) is not distinct from cast(kept.' ~ name ~ ' as varchar)') }}
{%- endmacro %}
{% macro bigquery___alike_value(name) -%}
  {{ return('to_json_string(computed.' ~ name ~ ') = to_json_string(kept.' ~ name ~ ')') }}
{%- endmacro %}

{% macro _lacks_key(key) -%}
  {%- set nulls = [] -%}
  {%- for name in key -%}{%- do nulls.append('kept.' ~ name ~ ' is null') -%}{%- endfor -%}
  {{ return('(' ~ nulls | join(' or ') ~ ')') }}
{%- endmacro %}
