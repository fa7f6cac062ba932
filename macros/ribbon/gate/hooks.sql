{#- Runs the post-hooks of one kind and measures what they leave, as they may change rows. Inside a transaction that is the only
    time it is measured, and readers see nothing where it fails. After the commit, and on engines without one, the table is
    there: the model fails, so nothing reads it further, and it is not published.
    part: as in `gate`. -#}
{% macro run_post_hooks(relation, inside_transaction=True, part='whole') -%}
  {%- if post_hooks | selectattr('transaction', 'equalto', inside_transaction) | list -%}
    {%- do run_hooks(post_hooks, inside_transaction=inside_transaction) -%}
    {%- set is_over = not inside_transaction or not ribbon._hooks_come_first() -%}
    {%- set discard = [] if is_over else ribbon.committed_before_gate() -%}
    {%- do ribbon.gate_batch(relation, discard, hooks_ran=true) -%}
    {%- do ribbon.gate(relation, 'merged' if is_over else part, discard, hooks_ran=true) -%}
  {%- endif -%}
{%- endmacro %}

{#- Whether the running model has post-hooks whose work a failing gate takes back, so that it waits for them. -#}
{% macro _hooks_come_first() -%}
  {{ return(adapter.dispatch('_hooks_come_first', 'ribbon')()) }}
{%- endmacro %}

{% macro default___hooks_come_first() -%}
  {{ return(not ribbon.is_dbt_2() and post_hooks | selectattr('transaction', 'equalto', true) | list | length > 0) }}
{%- endmacro %}

{% macro bigquery___hooks_come_first() -%}{{ return(false) }}{%- endmacro %}
