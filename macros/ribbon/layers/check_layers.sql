{#- The layer rule, run by on-run-start: warns of breaches by growing use cases and raises on every other breach, before
    any node is built. Breaches that the project has accepted stand in expectations/layer_baseline.yml; that list may only
    shrink, so an entry whose breach is mended raises too. -#}
{% macro check_layers() -%}
  {%- if execute -%}
    {%- set accepted = ribbon._layer_baseline() -%}
    {%- set met = [] -%}
    {%- set errors = [] -%}
    {%- for breach in ribbon.layer_breaches() -%}
      {%- set key = breach.model ~ ' reads ' ~ breach.reads -%}
      {%- set what = key if breach.reads else breach.model -%}
      {%- set text = breach.path ~ ': ' ~ what ~ ': ' ~ breach.why ~ '. Remedy: ' ~ breach.remedy ~ '.' -%}
      {%- if breach.reads and key in accepted -%}
        {%- do met.append(key) -%}
      {%- elif breach.fails -%}
        {%- do errors.append(text) -%}
      {%- else -%}
        {%- do exceptions.warn('Layer rule: ' ~ text) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- for key in accepted if key not in met -%}
      {%- do errors.append(
        'expectations/layer_baseline.yml: ' ~ key ~ ': this is no longer a breach. Remedy: delete the entry.') -%}
    {%- endfor -%}
    {%- if errors -%}
      {%- set told = errors | join('\n  - ') -%}
      {%- do exceptions.raise_compiler_error('Layer rule broken in ' ~ errors | length ~ ' place(s):\n  - ' ~ told) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{#- The accepted breaches, as '<model> reads <relation>', from the group `layer_baseline` (the one kind of dbt property that
    both takes free metadata and is visible to Jinja without being built). -#}
{% macro _layer_baseline() -%}
  {%- set accepted = [] -%}
  {%- for group in graph.groups.values() if group.name == 'layer_baseline' -%}
    {%- for entry in group.config.get('meta', {}).get('breaches', []) -%}
      {%- do accepted.append(entry.model ~ ' reads ' ~ entry.reads) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(accepted) }}
{%- endmacro %}
