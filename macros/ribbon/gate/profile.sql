{#- A profile of each column, taken along by the gate's statement: nulls, bounds, distinct values, top values. It is what `ribbon
    status` and the catalog show, what expectations near history compare with, and how the gate knows which columns have few
    values. Restricted columns show counts only. -#}

{#- Adds the profile of `columns` ([{name, type}]) to a plan. -#}
{% macro _plan_profiles(plan, columns, restriction) -%}
  {%- set nested = ['struct', 'array', '[', 'map', 'json', 'geo', '<', 'blob', 'bytes', 'union'] -%}
  {%- set text, whole = type_string(), plan.reads[plan.relation].aggregates -%}
  {%- for column in columns -%}
    {%- set prefix, value = 'p' ~ loop.index0 ~ '_', adapter.quote(column.name) -%}
    {%- set is_scalar = nested | select('in', column.type | lower) | list == [] -%}
    {%- set shows = is_scalar and not ribbon.hides(restriction, column.name) -%}
    {%- set takes = [prefix ~ 'present'] -%}
    {%- do whole.update({prefix ~ 'present': 'count(' ~ value ~ ')'}) -%}
    {%- for name in ['min', 'max'] if shows -%}
      {%- do whole.update({prefix ~ name: 'cast(' ~ name ~ '(' ~ value ~ ') as ' ~ text ~ ')'}) -%}
      {%- do takes.append(prefix ~ name) -%}
    {%- endfor -%}
    {%- if is_scalar -%}{%- do takes.append(prefix ~ 'distinct') -%}{%- endif -%}
    {%- if is_scalar and column.name in plan.few_valued -%}
      {%- set values = ribbon._values_of(plan.relation, [column.name], 'true') -%}
      {%- do ribbon._aggregate_over(plan, values, prefix ~ 'distinct', 'count(' ~ value ~ ')') -%}
      {%- if shows -%}
        {%- do ribbon._aggregate_over(plan, values, prefix ~ 'top', ribbon._top_values(value, ribbon.count_of([column.name]))) -%}
        {%- do takes.append(prefix ~ 'top') -%}
      {%- endif -%}
    {%- elif is_scalar -%}
      {#- An expectation that counts exactly has done the work already. -#}
      {%- set exact = 'count(distinct ' ~ value ~ ')' -%}
      {%- do whole.update({prefix ~ 'distinct': exact if exact in whole.values() else 'approx_count_distinct(' ~ value ~ ')'}) -%}
    {%- endif -%}
    {%- do plan.profiles.append({'column': column.name, 'takes': takes}) -%}
  {%- endfor -%}
{%- endmacro %}

{#- Keeps what the row of the statement says of columns. -#}
{% macro _keep_profiles(node, columns, row) -%}
  {%- set kept, rows, now = ribbon.gate_state()['profiles'], row['ribbon_rows'] | int, ribbon.utc_now() -%}
  {%- set measured = [] -%}
  {%- for column in columns -%}
    {%- set prefix = 'p' ~ loop.index0 ~ '_' -%}
    {%- set distinct = row.get(prefix ~ 'distinct') -%}
    {%- do measured.append({
      'node_id': node.unique_id,
      'column_name': column.name,
      'row_count': rows,
      'null_count': rows - row[prefix ~ 'present'] | int,
      'distinct_count': none if distinct is none else distinct | int,
      'min_value': row.get(prefix ~ 'min'),
      'max_value': row.get(prefix ~ 'max'),
      'top_values': row.get(prefix ~ 'top'),
      'measured_at': now,
    }) -%}
  {%- endfor -%}
  {%- do kept.update({node.unique_id: measured}) -%}
{%- endmacro %}

{#- A candidate that failed has no profile: history is of what readers saw. -#}
{% macro _forget_profiles(node) -%}
  {%- do ribbon.gate_state()['profiles'].pop(node.unique_id, none) -%}
{%- endmacro %}

{#- The columns to profile: the declared ones where a contract holds them to the table, else those of the relation.
    counted: as in `columns_of`. -#}
{% macro _profiled_columns(node, relation, counted=false) -%}
  {%- set columns = [] -%}
  {%- if node.config.get('contract') and node.config.contract.enforced -%}
    {%- for column in node.columns.values() -%}
      {%- do columns.append({'name': column.name, 'type': column.data_type or ''}) -%}
    {%- endfor -%}
  {%- else -%}
    {%- do columns.extend(ribbon.columns_of(relation, counted)) -%}
  {%- endif -%}
  {{ return(columns) }}
{%- endmacro %}

{#- The columns of a relation: [{name, type}]. counted: take along how many rows it has, as `rows`, where that costs nothing. -#}
{% macro columns_of(relation, counted=false) -%}
  {{ return(adapter.dispatch('columns_of', 'ribbon')(relation, counted)) }}
{%- endmacro %}

{% macro default__columns_of(relation, counted) -%}
  {%- set columns = [] -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- do columns.append({'name': column.name, 'type': column.dtype}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}

{#- The catalog that the adapter asks is read whole, which takes 12 ms where there are 500 tables. -#}
{% macro duckdb__columns_of(relation, counted) -%}
  {%- set columns = [] -%}
  {%- set rows = ', (select count(*) from ' ~ relation ~ ') as row_count from (describe ' ~ relation ~ ')' -%}
  {%- for row in run_query('select column_name, column_type' ~ rows if counted else 'describe ' ~ relation).rows -%}
    {%- do columns.append({'name': row['column_name'], 'type': row['column_type'], 'rows': row.get('row_count')}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}

{#- The ten most frequent values with their counts, as JSON. n: the name of the count. -#}
{% macro _top_values(value, n) -%}
  {{ return(adapter.dispatch('_top_values', 'ribbon')(value, n)) }}
{%- endmacro %}

{% macro default___top_values(value, n) -%}
  {{ return("cast(to_json(max_by({'value': cast(" ~ value ~ " as varchar), 'rows': " ~ n ~ '}, ' ~ n ~ ', 10)) as varchar)') }}
{%- endmacro %}

{% macro bigquery___top_values(value, n) -%}
  {%- set counted = 'struct(cast(' ~ value ~ ' as string) as value, ' ~ n ~ ' as `rows`)' -%}
  {{ return('to_json_string(array_agg(' ~ counted ~ ' order by ' ~ n ~ ' desc limit 10))') }}
{%- endmacro %}
