{#- Written by ribbon init. dbt takes materializations from the project itself and from no package, so each of these
    hands over to the package `ribbon`. -#}

{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] -%}
  {%- if model.language == 'python' -%}
    {%- call statement('main', language='python') -%}{{ ribbon.python_code() }}{%- endcall -%}
  {%- endif -%}
  {{ return(ribbon.materialize_table()) }}
{%- endmaterialization %}

{% materialization view, adapter='duckdb' -%}
  {{ return(ribbon.materialize_view()) }}
{%- endmaterialization %}

{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] -%}
  {%- if model.language == 'python' -%}
    {%- call statement('main', language='python') -%}{{ ribbon.python_code() }}{%- endcall -%}
  {%- endif -%}
  {{ return(ribbon.materialize_incremental()) }}
{%- endmaterialization %}

{% materialization snapshot, adapter='duckdb' -%}
  {{ return(ribbon.materialize_snapshot()) }}
{%- endmaterialization %}

{% materialization seed, adapter='duckdb' -%}
  {{ return(ribbon.materialize_seed()) }}
{%- endmaterialization %}

{#- Tells the gate which of them it is in on duckdb. -#}
{% macro duckdb__gated_materializations() -%}{{ return(['table', 'view', 'incremental', 'snapshot', 'seed']) }}{%- endmacro %}

{% materialization table, adapter='bigquery', supported_languages=['sql', 'python'] -%}
  {%- if model.language == 'python' -%}
    {%- call statement('main', language='python') -%}{{ ribbon.python_code() }}{%- endcall -%}
  {%- endif -%}
  {{ return(ribbon.materialize_table()) }}
{%- endmaterialization %}

{% materialization view, adapter='bigquery' -%}
  {{ return(ribbon.materialize_view()) }}
{%- endmaterialization %}

{% materialization incremental, adapter='bigquery', supported_languages=['sql', 'python'] -%}
  {%- if model.language == 'python' -%}
    {%- call statement('main', language='python') -%}{{ ribbon.python_code() }}{%- endcall -%}
  {%- endif -%}
  {{ return(ribbon.materialize_incremental()) }}
{%- endmaterialization %}

{% materialization snapshot, adapter='bigquery' -%}
  {{ return(ribbon.materialize_snapshot()) }}
{%- endmaterialization %}

{% materialization seed, adapter='bigquery' -%}
  {{ return(ribbon.materialize_seed()) }}
{%- endmaterialization %}

{#- Tells the gate which of them it is in on bigquery. -#}
{% macro bigquery__gated_materializations() -%}{{ return(['table', 'view', 'incremental', 'snapshot', 'seed']) }}{%- endmacro %}

{% materialization test, default -%}
  {{ return(ribbon.materialize_test()) }}
{%- endmaterialization %}
