{#- What a test asks, as a text that is equal for equal questions alone: a test that was edited keeps its id, and `ribbon publish`
    takes no answer to the question of before. In it are the arguments and configs that decide on the verdict, the SQL of a
    singular test, the text of the macros beneath that the project or a package of it brings, and the variables that these name.
    Not in it are the severity, which publishing looks at by itself, and what dbt, the adapter and Ribbon bring.
    None where dbt 2 runs macros of the project or of a package: their text is not at hand there.
    As `definition_of` in src/ribbon/project/definitions.py. -#}
{% macro definition_of(test) -%}
  {%- set asks = [ribbon.said_arguments(test) if test.test_metadata else test.raw_code] -%}
  {%- for name in ['where', 'limit', 'fail_calc', 'warn_if', 'error_if'] -%}
    {%- do asks.append(test.config.get(name) | string) -%}
  {%- endfor -%}
  {%- do asks.append((test.config.get('meta') or {}).get('on_unexpected') | string) -%}
  {%- if ribbon.is_dbt_2() -%}
    {%- for macro in test.depends_on.macros if not ribbon._is_brought(macro.split('.')[1]) -%}{{ return(none) }}{%- endfor -%}
  {%- else -%}
    {%- do asks.extend(ribbon._texts_beneath(test)) -%}
  {%- endif -%}
  {%- for name in modules.re.findall('\\bvar\\(\\s*["\']([^"\']+)["\']', asks | join('\n')) | unique | sort
    if 'var' in asks | join -%}
    {%- do asks.append(name ~ ' ' ~ var(name, none)) -%}
  {%- endfor -%}
  {{ return('test ' ~ local_md5(asks | join('\n'))) }}
{%- endmacro %}

{#- The macros that a test runs, through to the last, and its measure, as far as the project and its packages bring them. -#}
{% macro _texts_beneath(test) -%}
  {#- A macro that dbt does not find stands there as none. -#}
  {%- set ahead, texts = test.depends_on.macros | select | list, [] -%}
  {%- if test.test_metadata -%}
    {%- for engine in ['default', adapter.type()] -%}
      {%- do ahead.append('macro.' ~ project_name ~ '.' ~ engine ~ '__measure_' ~ test.test_metadata.name) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- for unique_id in ahead -%}
    {%- set package, name = unique_id.split('.')[1], unique_id.split('.')[2] -%}
    {%- if not ribbon._is_brought(package) and name in context.get(package, {}) -%}
      {%- set macro = context[package][name].macro -%}
      {%- do texts.append(unique_id ~ ' ' ~ macro.macro_sql) -%}
      {%- for other in macro.depends_on.macros if other and other not in ahead -%}{%- do ahead.append(other) -%}{%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(texts | sort) }}
{%- endmacro %}

{#- Whether dbt, the adapter or Ribbon brings a package of macros. -#}
{% macro _is_brought(package) -%}{{ return(package in ['dbt', 'dbt_' ~ adapter.type(), 'ribbon']) }}{%- endmacro %}
