{#- What dbt takes from a project itself and from no package: materializations and where nodes are written. Each hands over to
    the package `ribbon`. -#}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] -%}
  {{ return(ribbon.materialization_table_duckdb()) }}
{%- endmaterialization %}

{% materialization view, adapter='duckdb' -%}
  {{ return(ribbon.materialization_view_duckdb()) }}
{%- endmaterialization %}

{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] -%}
  {{ return(ribbon.materialization_incremental_duckdb()) }}
{%- endmaterialization %}

{% materialization snapshot, adapter='duckdb' -%}
  {{ return(ribbon.materialization_snapshot_duckdb()) }}
{%- endmaterialization %}

{% materialization seed, adapter='duckdb' -%}
  {{ return(ribbon.materialization_seed_duckdb()) }}
{%- endmaterialization %}

{% materialization table, adapter='bigquery', supported_languages=['sql', 'python'] -%}
  {{ return(ribbon.materialization_table_bigquery()) }}
{%- endmaterialization %}

{% materialization view, adapter='bigquery' -%}
  {{ return(ribbon.materialization_view_bigquery()) }}
{%- endmaterialization %}

{% materialization incremental, adapter='bigquery', supported_languages=['sql', 'python'] -%}
  {{ return(ribbon.materialization_incremental_bigquery()) }}
{%- endmaterialization %}

{% materialization snapshot, adapter='bigquery' -%}
  {{ return(ribbon.materialization_snapshot_bigquery()) }}
{%- endmaterialization %}

{% materialization seed, adapter='bigquery' -%}
  {{ return(ribbon.materialization_seed_bigquery()) }}
{%- endmaterialization %}

{% materialization test, default -%}
  {{ return(ribbon.materialization_test_default()) }}
{%- endmaterialization %}
