{#- Which table a run left behind, in `table_states` of the schema `ribbon`: a row per relation, with `state`, a text that is
    equal for equal rows and columns alone. A test that ran in the same run has judged exactly that table, and `ribbon publish`
    takes no other. Recorded are marts, and what tests read that the gate does not promise to measure. A relation that failed in
    the run has none: its verdicts are of a candidate. A view's state is its SQL, because what it answers may cost much or fail;
    the tables beneath it have theirs. A test of these has a row, too, with what it asked. Where Ribbon does not publish nothing
    is recorded. -#}

{#- results: what dbt hands to on-run-end. -#}
{% macro _record_table_states(schema, results) -%}
  {%- set states, rows = {}, [] -%}
  {%- for unique_id in ribbon._left_behind(results) -%}
    {%- set kept = ribbon.gate_state().get('states', {}) -%}
    {%- do states.update({unique_id: kept[unique_id] if unique_id in kept else ribbon._state_now(unique_id)}) -%}
  {%- endfor -%}
  {%- if states.values() | select | list -%}{%- do states.update(ribbon._questions_of(states, results)) -%}{%- endif -%}
  {%- for unique_id, state in states.items() if state -%}
    {%- do rows.append([invocation_id, unique_id, state, ribbon.utc_now()]) -%}
  {%- endfor -%}
  {%- do ribbon.run_in_order(ribbon.inserts_of(schema ~ '.table_states', rows)) -%}
{%- endmacro %}

{#- By test that has a verdict of this run on one of the relations, what it asked. -#}
{% macro _questions_of(states, results) -%}
  {%- set asked, judged = {}, ribbon.gate_state()['verdicts'].keys() | list -%}
  {%- for result in results if result.node.resource_type == 'test' -%}
    {%- do judged.append(result.node.unique_id) -%}
  {%- endfor -%}
  {%- for unique_id in judged | unique -%}
    {%- set test = graph.nodes[unique_id] -%}
    {%- if test.depends_on.nodes | select('in', states) | list -%}
      {%- do asked.update({unique_id: ribbon.definition_of(test)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(asked) }}
{%- endmacro %}

{#- Keeps the state of the relation that the running model has just built, where it will be asked for. dbt's cache may not know
    the relation yet. -#}
{% macro keep_state(unique_id) -%}
  {%- if ribbon._run_is_recorded() -%}
    {%- set known = ribbon.gate_state() -%}
    {%- if unique_id in known.get('asked', {}) -%}
      {%- set type = 'view' if model.config.materialized == 'view' else 'table' -%}
      {%- set relation = ribbon._relation_of_node(unique_id).incorporate(type=type) -%}
      {%- do known.setdefault('states', {}).update({unique_id: ribbon._state_of(relation)}) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{% macro _state_now(unique_id) -%}
  {%- set named = ribbon._relation_of_node(unique_id) -%}
  {%- set relation = adapter.get_relation(named.database, named.schema, named.identifier) -%}
  {{ return(ribbon._state_of(relation) if relation else none) }}
{%- endmacro %}

{#- The relations of this run whose state is asked for: built in it, or read by a test that ran. -#}
{% macro _left_behind(results) -%}
  {%- set met, failed = {}, {} -%}
  {%- for result in results -%}
    {%- set unique_id, status = result.node.unique_id, result.status | string -%}
    {%- if result.node.resource_type in ['model', 'seed', 'snapshot'] -%}
      {%- do (met if status == 'success' else failed).update({unique_id: true}) -%}
    {%- elif result.node.resource_type == 'test' and status in ['pass', 'warn', 'fail'] -%}
      {%- for read in result.node.depends_on.nodes -%}{%- do met.update(ribbon._with_tables_beneath(read)) -%}{%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set asked = (ribbon.gate_state().get('asked') or ribbon._asked_for()) if met else {} -%}
  {%- set found = [] -%}
  {%- for unique_id in met if unique_id in asked and unique_id not in failed -%}{%- do found.append(unique_id) -%}{%- endfor -%}
  {{ return(found) }}
{%- endmacro %}

{#- Marts, and what blocking tests read that are not promised to be measured by the gate. -#}
{% macro _asked_for() -%}
  {%- set asked, known = {}, ribbon.gate_state()['facts'] -%}
  {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot'] -%}
    {%- if ribbon.layer_of(node) == 'mart' -%}{%- do asked.update(ribbon._with_tables_beneath(node.unique_id)) -%}{%- endif -%}
  {%- endfor -%}
  {%- for test in ribbon.data_tests() if test.config.severity | upper == 'ERROR' -%}
    {%- if not test.test_metadata or (known.get(test.unique_id) or ribbon.facts_of(test)).reason -%}
      {%- for read in test.depends_on.nodes -%}{%- do asked.update(ribbon._with_tables_beneath(read)) -%}{%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(asked) }}
{%- endmacro %}

{#- A relation, and where it is a view or ephemeral those that it reads, through to tables. Sources are left out. -#}
{% macro _with_tables_beneath(unique_id) -%}
  {%- set known = ribbon.gate_state().setdefault('beneath', {}) -%}
  {%- if unique_id not in known -%}
    {%- set found = {} -%}
    {%- set node = graph.nodes.get(unique_id) -%}
    {%- if node -%}
      {%- if node.config.materialized != 'ephemeral' -%}{%- do found.update({unique_id: true}) -%}{%- endif -%}
      {%- if node.config.materialized in ['view', 'ephemeral'] -%}
        {%- for parent in node.depends_on.nodes -%}{%- do found.update(ribbon._with_tables_beneath(parent)) -%}{%- endfor -%}
      {%- endif -%}
    {%- endif -%}
    {%- do known.update({unique_id: found}) -%}
  {%- endif -%}
  {{ return(known[unique_id]) }}
{%- endmacro %}

{#- none where nothing is published from this engine. -#}
{% macro _state_of(relation) -%}
  {{ return(adapter.dispatch('_state_of', 'ribbon')(relation)) }}
{%- endmacro %}

{% macro default___state_of(relation) -%}{{ return(none) }}{%- endmacro %}

{#- As `state_of` in src/ribbon/engines/table_states.py. 20 million rows of seven columns take 0.8 s on two cores. -#}
{% macro duckdb___state_of(relation) -%}
  {%- set of_view -%}
    select 'view ' || md5(sql) as state
    from duckdb_views()
    where
      database_name = {{ ribbon.sql_literal(relation.database) }}
      and schema_name = {{ ribbon.sql_literal(relation.schema) }}
      and view_name = {{ ribbon.sql_literal(relation.identifier) }}
  {%- endset -%}
  {%- set row = ribbon.free_name('ribbon_row', ribbon._names_beside(relation)) -%}
  {%- set of_rows -%}
    select count(*) || ' ' || coalesce(sum(hash({{ row }})), 0) || ' ' || md5(coalesce(any_value(typeof({{ row }})), '')) as state
    from {{ relation }} as {{ row }}
  {%- endset -%}
  {%- set rows = run_query(of_view if relation.is_view else of_rows).rows -%}
  {{ return(rows[0]['state'] if rows else none) }}
{%- endmacro %}
