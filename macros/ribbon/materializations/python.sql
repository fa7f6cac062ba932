{#- Python models. dbt lets a materialization of the project itself submit Python, and no macro that it calls: so the wrapper
    submits it, and it writes its rows into a table of their own, `<model>__ribbon_python`. From there on the model is one of
    SQL, which reads that table. What Python writes is committed, so the table is dropped at the end, after a failure too; one
    that a killed run left is dropped by the next. -#}

{#- What the wrapper submits. Runs the pre-hooks first. -#}
{% macro python_code() -%}
  {%- set written = ribbon._written_by_python() -%}
  {%- do ribbon._drop_written(written) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=False) -%}
  {%- do run_hooks(pre_hooks, inside_transaction=True) -%}
  {{ return(create_table_as(False, written, compiled_code, 'python')) }}
{%- endmacro %}

{#- The SQL of the running model. -#}
{% macro model_sql() -%}
  {{ return(compiled_code if model.language == 'sql' else 'select * from ' ~ ribbon._written_by_python()) }}
{%- endmacro %}

{#- The relations that are dropped where the gate raises, because no transaction takes them back. -#}
{% macro committed_before_gate() -%}
  {{ return([] if model.language == 'sql' else [ribbon._written_by_python()]) }}
{%- endmacro %}

{% macro forget_python() -%}
  {%- if model.language == 'python' -%}{%- do ribbon._drop_written(ribbon._written_by_python()) -%}{%- endif -%}
{%- endmacro %}

{#- Batches that run side by side each have a table of their own. -#}
{% macro _written_by_python() -%}
  {%- set batch = model.get('batch') -%}
  {%- set suffix = modules.re.sub('[^0-9]', '', batch.event_time_start | string)[:14] if batch else '' -%}
  {{ return(this.incorporate(path={'identifier': this.identifier ~ '__ribbon_python' ~ suffix}, type='table')) }}
{%- endmacro %}

{% macro _drop_written(relation) -%}
  {%- do run_query('drop table if exists ' ~ relation) -%}
{%- endmacro %}
