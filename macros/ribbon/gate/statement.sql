{#- The one statement of a plan: a row per expectation, in the order of their positions, with
    position, element_count, unexpected_count, observed_value, failures, should_warn, should_error. -#}
{% macro measuring_statement(plan) -%}
  {%- set structs = [] -%}
  {%- for verdict in plan.verdicts -%}
    {%- set config = verdict.test.config -%}
    {%- set failures = 'case when ' ~ verdict.met ~ ' then 0 else ' ~ verdict.unmet_failures ~ ' end' -%}
    {%- if config.limit -%}{%- set failures = 'least(' ~ failures ~ ', ' ~ config.limit ~ ')' -%}{%- endif -%}
    {%- do structs.append(ribbon._struct({
      'position': verdict.position,
      'element_count': 'cast(' ~ (verdict.counted or 'ribbon_rows') ~ ' as ' ~ type_bigint() ~ ')',
      'unexpected_count': 'cast(' ~ (verdict.unexpected or 'null') ~ ' as ' ~ type_bigint() ~ ')',
      'observed_value': verdict.observed or 'cast(null as ' ~ type_string() ~ ')',
      'failures': 'cast(' ~ failures ~ ' as ' ~ type_bigint() ~ ')',
      'should_warn': failures ~ ' ' ~ (config.warn_if or '!= 0'),
      'should_error': failures ~ ' ' ~ (config.error_if or '!= 0'),
    })) -%}
  {%- endfor -%}
  {%- for profile in plan.profiles -%}
    {%- do structs.append(ribbon._struct({
      'position': profile.position, 'element_count': 'ribbon_rows', 'unexpected_count': profile.nulls,
      'observed_value': profile.told,
      'failures': '0', 'should_warn': 'false', 'should_error': 'false',
    })) -%}
  {%- endfor -%}
  {%- set reads = [] -%}
  {%- set names = [] -%}
  {%- for read, parts in plan.reads.items() -%}
    {%- set columns = [] -%}
    {%- for name, aggregate in parts.aggregates.items() -%}{%- do columns.append(aggregate ~ ' as ' ~ name) -%}{%- endfor -%}
    {%- set source = '\n  from ' ~ read if read else '' -%}
    {%- do reads.append(parts.name ~ ' as (\n  select\n    ' ~ columns | join(',\n    ') ~ source ~ '\n)') -%}
    {%- do names.append(parts.name) -%}
  {%- endfor -%}
  {%- set told = ribbon._rows_of_structs(structs, names | join(' cross join ')) -%}
  {{ return('with ' ~ reads | join(', ') ~ '\n' ~ told ~ '\norder by position') }}
{%- endmacro %}

{% macro _struct(fields) -%}
  {{ return(adapter.dispatch('_struct', 'ribbon')(fields)) }}
{%- endmacro %}

{% macro default___struct(fields) -%}
  {%- set said = [] -%}
  {%- for name, sql in fields.items() -%}{%- do said.append("'" ~ name ~ "': " ~ sql) -%}{%- endfor -%}
  {{ return('{' ~ said | join(', ') ~ '}') }}
{%- endmacro %}

{% macro bigquery___struct(fields) -%}
  {%- set said = [] -%}
  {%- for name, sql in fields.items() -%}{%- do said.append(sql ~ ' as ' ~ name) -%}{%- endfor -%}
  {{ return('struct(' ~ said | join(', ') ~ ')') }}
{%- endmacro %}

{#- A row for each struct, computed from one row of totals. -#}
{% macro _rows_of_structs(structs, totals) -%}
  {{ return(adapter.dispatch('_rows_of_structs', 'ribbon')(structs, totals)) }}
{%- endmacro %}

{% macro default___rows_of_structs(structs, totals) -%}
  {%- set told = 'select unnest([\n    ' ~ structs | join(',\n    ') ~ '\n  ]) as verdict\n  from ' ~ totals -%}
  {{ return('select * from (\nselect unnest(verdict) from (\n  ' ~ told ~ '\n) as verdicts\n) as told') }}
{%- endmacro %}

{% macro bigquery___rows_of_structs(structs, totals) -%}
  {%- set columns = [
    'position', 'element_count', 'unexpected_count', 'observed_value', 'failures', 'should_warn', 'should_error'
  ] -%}
  {{ return('select verdict.' ~ columns | join(', verdict.') ~ ' from ' ~ totals ~ ' cross join unnest([\n    '
    ~ structs | join(',\n    ') ~ '\n  ]) as verdict') }}
{%- endmacro %}
