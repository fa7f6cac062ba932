{#- The failing rows of tests with `store_failures` whose model the gate refused: dbt skips their nodes, so the gate leaves the
    rows where dbt would. The candidate is rolled back, so its rows are held until the run ends and written then, at most 10,000
    of each test. Restricted columns are null in them. -#}
{% macro _hold_failing_rows(failed, relation, node) -%}
  {%- for verdict in failed if ribbon._stores_failures(verdict.test) -%}
    {%- set limit = [verdict.test.config.limit or 10000, 10000] | min -%}
    {%- set failing = ribbon._own_sql(verdict.expectation, ribbon._where_applied(verdict.expectation, relation)) -%}
    {%- set query = 'select * from (' ~ failing ~ ') as failing limit ' ~ limit -%}
    {%- set columns = adapter.get_column_schema_from_query(query) -%}
    {%- set masked = ribbon._masked_names(columns, relation, node) -%}
    {%- set texts = [] -%}
    {%- for column in columns -%}
      {%- set value = 'null' if column.name in masked else adapter.quote(column.name) -%}
      {%- do texts.append('cast(' ~ value ~ ' as ' ~ type_string() ~ ') as column_' ~ loop.index0) -%}
    {%- endfor -%}
    {%- set rows = run_query('select ' ~ texts | join(', ') ~ ' from (' ~ query ~ ') as shown').rows -%}
    {%- do ribbon.gate_state().setdefault('failing_rows', []).append({'test': verdict.test, 'columns': columns, 'rows': rows}) -%}
  {%- endfor -%}
{%- endmacro %}

{#- dbt's rule, for a test that is not the running node. -#}
{% macro _stores_failures(test) -%}
  {{ return(flags.STORE_FAILURES if test.config.store_failures is none else test.config.store_failures) }}
{%- endmacro %}

{#- Restricted columns; and where a table has some, every column that the test gives a name of its own, as it may show one. -#}
{% macro _masked_names(columns, relation, node) -%}
  {%- if not ribbon.is_near_restricted(node) -%}{{ return([]) }}{%- endif -%}
  {%- set restriction = ribbon.restriction_of(node) -%}
  {%- set known = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
  {%- set masked = [] -%}
  {%- for column in columns if ribbon.hides(restriction, column.name) or column.name not in known -%}
    {%- do masked.append(column.name) -%}
  {%- endfor -%}
  {{ return(masked) }}
{%- endmacro %}

{#- Writes what is held, when the run ends. -#}
{% macro _store_held_rows() -%}
  {%- for held in ribbon.gate_state().get('failing_rows', []) -%}
    {%- set test = held.test -%}
    {%- set old = adapter.get_relation(database=test.database, schema=test.schema, identifier=test.alias) -%}
    {%- if old -%}{%- do adapter.drop_relation(old) -%}{%- endif -%}
    {%- set table = api.Relation.create(database=test.database, schema=test.schema, identifier=test.alias, type='table') -%}
    {%- do adapter.create_schema(table) -%}
    {%- set nulls = [] -%}
    {%- for column in held.columns -%}
      {%- do nulls.append('cast(null as ' ~ column.dtype ~ ') as ' ~ adapter.quote(column.name)) -%}
    {%- endfor -%}
    {%- do run_query('create table ' ~ table ~ ' as select * from (select ' ~ nulls | join(', ') ~ ') as nothing where false') -%}
    {%- set tuples = [] -%}
    {%- for row in held.rows -%}
      {%- set values = [] -%}
      {%- for column in held.columns -%}
        {%- do values.append('cast(' ~ ribbon.sql_literal(row[loop.index0]) ~ ' as ' ~ column.dtype ~ ')') -%}
      {%- endfor -%}
      {%- do tuples.append('(' ~ values | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- for start in range(0, tuples | length, 500) -%}
      {%- do run_query('insert into ' ~ table ~ ' values ' ~ tuples[start:start + 500] | join(', ')) -%}
    {%- endfor -%}
  {%- endfor -%}
{%- endmacro %}
