{#- The one shape of Ribbon's materializations: a candidate is built under a name that nobody reads, measured by the gate, and
    swapped for what readers see. They differ in how the candidate is made; engines differ in what is dispatched here. What a
    materialization knows of the running model goes from step to step as `run`:
    kind          table, view, incremental, seed or snapshot
    old           the relation of the model's name that is there; none where there is none
    target        the relation that the model will be
    candidate     what is built and measured. Where a transaction takes back what fails, it may be the target itself
    is_rebuilt    whether the candidate is made anew, and not what is there with rows merged into it
    committed     the relations to drop where the gate raises, because no transaction takes them back
    leftovers     the relations to drop once the new rows are there for all to see
    changes       of a snapshot, the new versions that are merged into the history -#}

{#- Looks at what is there, drops what a killed run left, and runs the pre-hooks: those of a Python model ran before it. -#}
{% macro begin_materialization(kind) -%}
  {%- set target = this.incorporate(type='view' if kind == 'view' else 'table') -%}
  {%- set run = {
    'kind': kind, 'old': load_cached_relation(this), 'target': target, 'candidate': target, 'is_rebuilt': true,
    'committed': ribbon.committed_before_gate(), 'leftovers': [],
  } -%}
  {%- do adapter.dispatch('_name_candidate', 'ribbon')(run) -%}
  {%- for inside_transaction in ribbon._moments_of_hooks() if model.get('language') != 'python' -%}
    {%- do run_hooks(pre_hooks, inside_transaction=inside_transaction) -%}
  {%- endfor -%}
  {{ return(run) }}
{%- endmacro %}

{#- Creates the candidate from the model's SQL, with all options of the target. -#}
{% macro build_table(run) -%}{%- do adapter.dispatch('_build_table', 'ribbon')(run) -%}{%- endmacro %}

{#- Makes what is there the candidate, for rows to be merged into: itself where a transaction takes them back, else a copy. -#}
{% macro open_for_merge(run) -%}
  {%- do run.update({'is_rebuilt': false}) -%}
  {%- do adapter.dispatch('_open_for_merge', 'ribbon')(run) -%}
{%- endmacro %}

{#- Measures the candidate, and raises where it fails. What a view answers is no rows to profile or to set aside. -#}
{% macro measure_candidate(run) -%}
  {%- do adapter.dispatch('_open_to_gate', 'ribbon')(run) -%}
  {%- if run.is_rebuilt -%}
    {%- do ribbon.gate(run.candidate | string if run.kind == 'view' else run.candidate, discard=run.committed) -%}
  {%- else -%}
    {%- do ribbon.gate_batch(run.candidate, discard=run.committed) -%}
    {%- do ribbon.gate(run.candidate, 'whole' if run.kind == 'snapshot' else 'merged', discard=run.committed) -%}
  {%- endif -%}
{%- endmacro %}

{#- Puts the candidate in the place of what is there, for readers all at once or not at all. -#}
{% macro swap(run) -%}{%- do adapter.dispatch('_swap', 'ribbon')(run) -%}{%- endmacro %}

{#- Indexes, grants, comments and post-hooks, in the order of dbt's own, and the commit. Returns what dbt asks for. -#}
{% macro end_materialization(run) -%}
  {%- set inside, outside = ribbon._moments_of_hooks() | last, ribbon._moments_of_hooks()[:-1] -%}
  {%- set relation = run.target | string if run.kind == 'view' else run.target -%}
  {%- set part = 'whole' if run.is_rebuilt or run.kind == 'snapshot' else 'merged' -%}
  {%- if run.is_rebuilt and run.kind != 'view' -%}{%- do create_indexes(run.target) -%}{%- endif -%}
  {%- set hooks_first = run.kind in ribbon._kinds_with_hooks_before_grants() -%}
  {%- if hooks_first -%}{%- do ribbon.run_post_hooks(relation, inside_transaction=inside, part=part) -%}{%- endif -%}
  {%- set anew = run.kind in ['table', 'view'] or (run.kind == 'incremental' and run.is_rebuilt)
    or (run.kind == 'seed' and should_full_refresh()) -%}
  {%- set revokes = should_revoke(run.old, full_refresh_mode=anew) -%}
  {%- do apply_grants(run.target, config.get('grants'), should_revoke=revokes) -%}
  {%- if not run.get('comments_later') -%}{%- do persist_docs(run.target, model) -%}{%- endif -%}
  {%- if not hooks_first -%}{%- do ribbon.run_post_hooks(relation, inside_transaction=inside, part=part) -%}{%- endif -%}
  {%- do ribbon.forget_python() -%}
  {%- do adapter.dispatch('_finish', 'ribbon')(run) -%}
  {%- for inside_transaction in outside -%}
    {%- do ribbon.run_post_hooks(relation, inside_transaction=inside_transaction) -%}
  {%- endfor -%}
  {%- do ribbon.note_built() -%}
  {{ return({'relations': [run.target]}) }}
{%- endmacro %}

{#- When hooks run, by their setting `transaction`. -#}
{% macro _moments_of_hooks() -%}
  {{ return(adapter.dispatch('_moments_of_hooks', 'ribbon')()) }}
{%- endmacro %}

{% macro default___moments_of_hooks() -%}{{ return([false, true]) }}{%- endmacro %}

{% macro _kinds_with_hooks_before_grants() -%}
  {{ return(adapter.dispatch('_kinds_with_hooks_before_grants', 'ribbon')()) }}
{%- endmacro %}

{% macro default___kinds_with_hooks_before_grants() -%}{{ return(['table']) }}{%- endmacro %}

{% macro default___open_to_gate(run) -%}{%- endmacro %}

{#- Runs statements so that all of them happen or none, where dbt holds no transaction. -#}
{% macro run_script(statements) -%}
  {%- do run_query('begin transaction; ' ~ statements | join('; ') ~ '; commit') -%}
{%- endmacro %}

{#- Runs what has to happen together with the swap: at once where a transaction holds both, else in the swap's script. -#}
{% macro run_with_swap(statement) -%}
  {%- if adapter.type() == 'duckdb' and ribbon.is_dbt_2() -%}
    {%- do ribbon.gate_state().setdefault('with_swap', {}).setdefault(ribbon._running(), []).append(statement) -%}
  {%- else -%}
    {%- do run_query(statement) -%}
  {%- endif -%}
{%- endmacro %}

{#- What waits for the swap of the running model. -#}
{% macro held_for_swap() -%}
  {{ return(ribbon.gate_state().setdefault('with_swap', {}).pop(ribbon._running(), [])) }}
{%- endmacro %}

{#- The running model, and its batch, which may run beside others. -#}
{% macro _running() -%}
  {{ return(model.unique_id ~ ((model.get('batch') or {}).get('event_time_start') or '')) }}
{%- endmacro %}
