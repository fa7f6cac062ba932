{#- Conditions in SQL, and aggregates of the rows that meet them. -#}

{#- Engines count what is null without a look at each value. -#}
{% macro _count_where(predicate) -%}
  {%- if predicate == 'true' -%}{{ return('count(*)') }}{%- endif -%}
  {%- set bare = predicate.strip('()') -%}
  {%- for ending, before in [(' is not null', ''), (' is null', 'count(*) - ')] if bare.endswith(ending) -%}
    {%- set name = bare[: -(ending | length)] -%}
    {%- if name[0] in ['"', '`'] and name[0] == name[-1] and name[1:-1] and name[0] not in name[1:-1] -%}
      {{ return(before ~ 'count(' ~ name ~ ')') }}
    {%- endif -%}
  {%- endfor -%}
  {{ return('count(case when ' ~ predicate ~ ' then 1 end)') }}
{%- endmacro %}

{% macro _sum_where(value, predicate) -%}
  {%- set summed = value if predicate == 'true' else 'case when ' ~ predicate ~ ' then ' ~ value ~ ' end' -%}
  {{ return('cast(coalesce(sum(' ~ summed ~ '), 0) as ' ~ type_bigint() ~ ')') }}
{%- endmacro %}

{% macro _quoted(columns) -%}
  {%- set said = [] -%}
  {%- for column in columns -%}{%- do said.append(adapter.quote(column)) -%}{%- endfor -%}
  {{ return(said | join(', ')) }}
{%- endmacro %}

{#- Conditions in SQL, joined with and; 'true' where there is none. -#}
{% macro all_of(conditions) -%}
  {%- set said = [] -%}
  {%- for condition in conditions if condition and condition != 'true' -%}
    {%- do said.append('(' ~ condition ~ ')') -%}
  {%- endfor -%}
  {{ return(said | join(' and ') or 'true') }}
{%- endmacro %}
