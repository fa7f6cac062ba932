{#- The rows of a source that hold now, whatever way it is delivered in. Use: from {{ ribbon.current(source('s', 't')) }}.
    append: all rows. snapshot: those of the newest batch. upsert: the newest row of each key, which is `meta.key`.
    Of a source that declares no `meta.delivery`, all rows. -#}
{% macro current(relation) -%}
  {%- set found = [] -%}
  {%- for source in (graph.sources.values() if execute else []) -%}
    {%- if source.schema == relation.schema and source.identifier == relation.identifier -%}
      {%- do found.append(source.config.meta) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set meta = found[0] if found else {} -%}
  {%- if meta.get('delivery') == 'snapshot' -%}
    {{ return(ribbon.latest_batch(relation)) }}
  {%- elif meta.get('delivery') == 'upsert' -%}
    {%- set keys = [meta.key] if meta.key is string else meta.key -%}
    {%- set key = [] -%}
    {%- for name in keys -%}{%- do key.append(adapter.quote(name)) -%}{%- endfor -%}
    {{ return('(\n    select *\n    from ' ~ relation ~ '\n    qualify row_number() over (partition by '
      ~ key | join(', ') ~ ' order by _loaded_at desc) = 1\n  )') }}
  {%- endif -%}
  {{ return(relation) }}
{%- endmacro %}
