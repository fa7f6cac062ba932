{#- What is built anew is a table like any other. What is merged: the rows are measured where they are staged, as far as some may
    be set aside, and the table after they were merged into it, because that is what readers see. microbatch: each batch passes
    the gate by itself. Batches that dbt runs side by side do not see each other's rows; the last one runs alone and sees all. -#}
{% macro materialize_incremental() -%}
  {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
  {%- do adapter.dispatch('_check_strategy', 'ribbon')() -%}
  {%- set run = ribbon.begin_materialization('incremental') -%}
  {%- if run.old is none or run.old.is_view or should_full_refresh() -%}
    {%- do ribbon.build_table(run) -%}
  {%- else -%}
    {%- set arriving = adapter.dispatch('_stage_rows', 'ribbon')(run) -%}
    {%- do ribbon.gate(arriving, 'arriving', discard=run.committed) -%}
    {%- do ribbon.open_for_merge(run) -%}
    {%- do adapter.dispatch('_merge_rows', 'ribbon')(run, arriving, on_schema_change) -%}
  {%- endif -%}
  {%- do ribbon.measure_candidate(run) -%}
  {%- do ribbon.swap(run) -%}
  {{ return(ribbon.end_materialization(run)) }}
{%- endmacro %}

{% macro default___check_strategy() -%}{%- endmacro %}
