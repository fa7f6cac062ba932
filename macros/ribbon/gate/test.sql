{#- dbt's own materialization `test` (dbt-adapters 1.24.5) plus the gate: a test that was measured in this invocation hands dbt
    its verdict and sends no statement. One that was not is measured together with the other selected tests of its model. -#}
{%- materialization test, default -%}

  {%- set verdict = none if should_store_failures() else ribbon._verdict_of_test(model) -%}
  {%- if verdict -%}
    {%- set like = ribbon.gate_state()['table'].select(['failures', 'should_warn', 'should_error']) -%}
    {%- set answer = like.from_object([
      {'failures': verdict.failures, 'should_warn': verdict.should_warn, 'should_error': verdict.should_error}
    ], column_types=like.column_types) -%}
    {%- call noop_statement('main', message='OK', res=answer) -%}{{ sql }}{%- endcall -%}
    {{ return({'relations': []}) }}
  {%- endif -%}

  {% set relations = [] %}
  {% set limit = config.get('limit') %}
  {% set sql_header = config.get('sql_header') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS else none %}

  {% set sql_with_limit %}
    {{ get_limit_subquery_sql(sql, limit) }}
  {% endset %}

  {% if should_store_failures() %}

    {% set identifier = model['alias'] %}
    {% set old_relation = adapter.get_relation(database=database, schema=schema, identifier=identifier) %}

    {% set store_failures_as = config.get('store_failures_as') %}
    -- if `--store-failures` is invoked via command line and `store_failures_as` is not set,
    -- config.get('store_failures_as', 'table') returns None, not 'table'
    {% if store_failures_as == none %}{% set store_failures_as = 'table' %}{% endif %}
    {% if store_failures_as not in ['table', 'view'] %}
        {{ exceptions.raise_compiler_error(
            "'" ~ store_failures_as ~ "' is not a valid value for `store_failures_as`. "
            "Accepted values are: ['ephemeral', 'table', 'view']"
        ) }}
    {% endif %}

    {% set target_relation = api.Relation.create(
        identifier=identifier, schema=schema, database=database, type=store_failures_as) -%} %}

    {% if old_relation %}
        {% do adapter.drop_relation(old_relation) %}
    {% endif %}

    {% call statement(auto_begin=True) %}
        {% if sql_header %}{{ sql_header }}{% endif %}
        {{ get_create_sql(target_relation, sql_with_limit) }}
    {% endcall %}

    {% do relations.append(target_relation) %}

    {# Since the test failures have already been saved to the database, reuse that result rather than querying again #}
    {% set main_sql %}
        select *
        from {{ target_relation }}
    {% endset %}

    {{ adapter.commit() }}

  {% else %}

      {% set main_sql = sql_with_limit %}

  {% endif %}

  {% set fail_calc = config.get('fail_calc') %}
  {% set warn_if = config.get('warn_if') %}
  {#-- No number of failures is null, so where the contract says `on_unexpected: warn` none is an error --#}
  {% set error_if = 'is null' if (config.get('meta') or {}).get('on_unexpected') == 'warn' else config.get('error_if') %}

  {% call statement('main', fetch_result=True) -%}

    {% if sql_header %}{{ sql_header }}{% endif %}
    {# The limit has already been included above, and we do not want to duplicate it again. We also want to be safe for macro
       overrides treating `limit` as a required parameter. #}
    {{ get_test_sql(main_sql, fail_calc, warn_if, error_if, limit=none)}}

  {%- endcall %}

  {{ return({'relations': relations}) }}

{%- endmaterialization -%}

{#- The verdict on a test of this invocation, measured now if need be; none where the test has to run by itself. -#}
{% macro _verdict_of_test(test) -%}
  {%- set kept = ribbon.gate_state()['verdicts'] -%}
  {%- if test.unique_id not in kept and ribbon._can_be_measured(test) -%}
    {%- set node_id = ribbon._measured_node(test) -%}
    {%- set node = graph.nodes.get(node_id) or graph.sources[node_id] -%}
    {%- set relation = ribbon._relation_of_node(node_id) -%}
    {%- set known = ribbon._names_of(relation, node, []) -%}
    {%- set expectations = [] -%}
    {%- set others = ribbon._measured_with(test, node_id) if ribbon._is_sound(test, relation, known) else [test] -%}
    {%- for other in others if other.unique_id == test.unique_id or ribbon._is_sound(other, relation, known) -%}
      {%- do expectations.append(ribbon._expectation_of(other, loop.index0)) -%}
    {%- endfor -%}
    {%- do ribbon.keep_verdicts(ribbon.measured_verdicts(expectations, relation, node)) -%}
  {%- endif -%}
  {{ return(kept.get(test.unique_id)) }}
{%- endmacro %}

{#- Whether a test node can be answered by a measure: not another package's SQL, not what is ephemeral and so has no relation, and
    not under --empty or --sample. -#}
{% macro _can_be_measured(test) -%}
  {{ return(test.test_metadata and ribbon.facts_of(test).fused and not ribbon._answered_by_project(test)
    and not ribbon._ephemeral_of(test) and not ribbon._flag_of_fewer_rows()) }}
{%- endmacro %}

{#- The first ephemeral model that a test reads; none where there is none. -#}
{% macro _ephemeral_of(test) -%}
  {%- for unique_id in test.depends_on.nodes if unique_id in graph.nodes -%}
    {%- if graph.nodes[unique_id].config.materialized == 'ephemeral' -%}{{ return(unique_id) }}{%- endif -%}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}

{#- The selected tests of a node that can be measured along with this one: those that were not measured and whose relations are
    all there. After the engine refused the statement of all, each is measured alone, so that one wrong condition does not fail
    every test. -#}
{% macro _measured_with(test, node_id) -%}
  {%- set tried = ribbon.gate_state().setdefault('tried', []) -%}
  {%- set trial = thread_id ~ ' ' ~ node_id -%}
  {%- if trial in tried -%}{{ return([test]) }}{%- endif -%}
  {%- do tried.append(trial) -%}
  {%- set together, built = [test], ribbon.gate_state().get('built', {}) -%}
  {%- for other in ribbon.gate_state()['tests'][node_id] if other.unique_id in selected_resources
    and other.unique_id != test.unique_id and other.unique_id not in ribbon.gate_state()['verdicts'] -%}
    {%- if ribbon._can_be_measured(other) and ribbon.reads_what_is_there(ribbon.facts_of(other), built) -%}
      {%- do together.append(other) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(together) }}
{%- endmacro %}
