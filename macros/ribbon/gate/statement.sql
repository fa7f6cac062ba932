{#- The one statement of a plan, with one row: engines plan wide rows sooner than many. Of the verdict at a position it has, all
    named v<position>_…: element_count and failures; unexpected_count and observed_value where there are any; should_warn and
    should_error where the test sets a threshold, and else any failure is one. Of the profile of a column, named p<place>_…:
    present, distinct, min, max and top, as far as they are taken. ribbon_rows: the number of rows. -#}
{% macro measuring_statement(plan) -%}
  {%- set columns = [] -%}
  {%- for verdict in plan.verdicts -%}
    {%- set name, config = 'v' ~ verdict.position ~ '_', verdict.test.config -%}
    {%- set failures = 'least(' ~ verdict.failures ~ ', ' ~ config.limit ~ ')' if config.limit else verdict.failures -%}
    {%- do columns.append((verdict.counted or 'ribbon_rows') ~ ' as ' ~ name ~ 'element_count') -%}
    {%- do columns.append(failures ~ ' as ' ~ name ~ 'failures') -%}
    {%- if verdict.unexpected -%}{%- do columns.append(verdict.unexpected ~ ' as ' ~ name ~ 'unexpected_count') -%}{%- endif -%}
    {%- if verdict.observed -%}{%- do columns.append(verdict.observed ~ ' as ' ~ name ~ 'observed_value') -%}{%- endif -%}
    {%- for field, threshold in [('should_warn', config.warn_if), ('should_error', config.error_if)] -%}
      {%- if threshold and threshold != '!= 0' -%}
        {%- do columns.append(failures ~ ' ' ~ threshold ~ ' as ' ~ name ~ field) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- if plan.profiles -%}{%- do columns.append('ribbon_rows') -%}{%- endif -%}
  {%- for profile in plan.profiles -%}{%- do columns.extend(profile.takes) -%}{%- endfor -%}
  {{ return('select\n  ' ~ columns | join(',\n  ') ~ '\nfrom ' ~ ribbon._totals(plan)) }}
{%- endmacro %}

{#- One row with all the aggregates of a plan, as a sub-query for each read: engines plan these sooner than named ones. -#}
{% macro _totals(plan) -%}
  {%- set reads = [] -%}
  {%- for read, parts in plan.reads.items() -%}
    {%- set columns = [] -%}
    {%- for name, aggregate in parts.aggregates.items() -%}{%- do columns.append(aggregate ~ ' as ' ~ name) -%}{%- endfor -%}
    {%- set source = '\n  from ' ~ read if read else '' -%}
    {%- do reads.append('(\n  select\n    ' ~ columns | join(',\n    ') ~ source ~ '\n) as ' ~ parts.name) -%}
  {%- endfor -%}
  {{ return(reads | join(' cross join ')) }}
{%- endmacro %}
