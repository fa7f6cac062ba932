{#- A profile of each column, taken along by the gate's statement: nulls, bounds, distinct values, top values. It is what `ribbon
    status` and the catalog show, what expectations near history compare with, and how the gate knows which columns have few
    values. Restricted columns show counts only. -#}

{#- Adds the profile of `columns` ([{name, type}]) to a plan, one output per column, positioned from 100000 on. -#}
{% macro _plan_profiles(plan, columns, restriction) -%}
  {%- for column in columns -%}
    {%- set prefix = 'p' ~ loop.index0 ~ '_' -%}
    {%- set value = adapter.quote(column.name) -%}
    {%- set is_scalar = not modules.re.search('struct|array|\\[|map|json|geo|<|blob|bytes|union', column.type | lower) -%}
    {%- set shows = is_scalar and not ribbon.hides(restriction, column.name) -%}
    {%- do ribbon._aggregate_over(plan, plan.relation, prefix ~ 'present', 'count(' ~ value ~ ')') -%}
    {%- set told = {'distinct_count': prefix ~ 'distinct'} -%}
    {%- if shows -%}
      {%- do ribbon._aggregate_over(plan, plan.relation, prefix ~ 'min', 'min(' ~ value ~ ')') -%}
      {%- do ribbon._aggregate_over(plan, plan.relation, prefix ~ 'max', 'max(' ~ value ~ ')') -%}
      {%- do told.update({
        'min_value': 'cast(' ~ prefix ~ 'min as ' ~ type_string() ~ ')',
        'max_value': 'cast(' ~ prefix ~ 'max as ' ~ type_string() ~ ')'
      }) -%}
    {%- endif -%}
    {%- if not is_scalar -%}
      {%- do told.update({'distinct_count': 'null'}) -%}
    {%- elif column.name in plan.few_valued -%}
      {%- set values = ribbon._values_of(plan.relation, [column.name], 'true') -%}
      {%- do ribbon._aggregate_over(plan, values, prefix ~ 'distinct', 'count(' ~ value ~ ')') -%}
      {%- if shows -%}
        {%- do ribbon._aggregate_over(plan, values, prefix ~ 'top', ribbon._top_values(value, ribbon.count_of([column.name]))) -%}
        {%- do told.update({'top_values': prefix ~ 'top'}) -%}
      {%- endif -%}
    {%- else -%}
      {#- An expectation that counts exactly has done the work already. -#}
      {%- set exact = 'count(distinct ' ~ value ~ ')' -%}
      {%- set counted = exact in plan.reads[plan.relation].aggregates.values() -%}
      {%- set distinct = exact if counted else 'approx_count_distinct(' ~ value ~ ')' -%}
      {%- do ribbon._aggregate_over(plan, plan.relation, prefix ~ 'distinct', distinct) -%}
    {%- endif -%}
    {%- do plan.profiles.append({
      'position': 100000 + loop.index0, 'column': column.name, 'nulls': 'ribbon_rows - ' ~ prefix ~ 'present',
      'told': ribbon._json_text(told)
    }) -%}
  {%- endfor -%}
{%- endmacro %}

{#- Keeps what a row of the statement says of a column. -#}
{% macro _keep_profile(node, column, row) -%}
  {%- set told = fromjson(row['observed_value'], {}) -%}
  {%- do ribbon.gate_state()['profiles'].setdefault(node.unique_id, []).append({
    'node_id': node.unique_id,
    'column_name': column,
    'row_count': row['element_count'] | int,
    'null_count': row['unexpected_count'] | int,
    'distinct_count': told.get('distinct_count'),
    'min_value': told.get('min_value'),
    'max_value': told.get('max_value'),
    'top_values': tojson(told['top_values']) if told.get('top_values') else none,
    'measured_at': ribbon.utc_now(),
  }) -%}
{%- endmacro %}

{#- A candidate that failed has no profile: history is of what readers saw. -#}
{% macro _forget_profiles(node) -%}
  {%- do ribbon.gate_state()['profiles'].pop(node.unique_id, none) -%}
{%- endmacro %}

{#- The columns to profile: the declared ones where a contract holds them to the table, else those of the relation. -#}
{% macro _profiled_columns(node, relation) -%}
  {%- set columns = [] -%}
  {%- if node.config.get('contract') and node.config.contract.enforced -%}
    {%- for column in node.columns.values() -%}
      {%- do columns.append({'name': column.name, 'type': column.data_type or ''}) -%}
    {%- endfor -%}
  {%- else -%}
    {%- do columns.extend(ribbon.columns_of(relation)) -%}
  {%- endif -%}
  {{ return(columns) }}
{%- endmacro %}

{#- The columns of a relation: [{name, type}]. -#}
{% macro columns_of(relation) -%}{{ return(adapter.dispatch('columns_of', 'ribbon')(relation)) }}{%- endmacro %}

{% macro default__columns_of(relation) -%}
  {%- set columns = [] -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- do columns.append({'name': column.name, 'type': column.dtype}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}

{#- The catalog that the adapter asks is read whole, which takes 12 ms where there are 500 tables. -#}
{% macro duckdb__columns_of(relation) -%}
  {%- set columns = [] -%}
  {%- for row in run_query('describe ' ~ relation).rows -%}
    {%- do columns.append({'name': row['column_name'], 'type': row['column_type']}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}

{% macro _json_text(fields) -%}
  {{ return(adapter.dispatch('_json_text', 'ribbon')(fields)) }}
{%- endmacro %}

{% macro default___json_text(fields) -%}{{ return('cast(to_json(' ~ ribbon._struct(fields) ~ ') as varchar)') }}{%- endmacro %}

{% macro bigquery___json_text(fields) -%}{{ return('to_json_string(' ~ ribbon._struct(fields) ~ ')') }}{%- endmacro %}

{#- The ten most frequent values with their counts. n: the name of the count. -#}
{% macro _top_values(value, n) -%}
  {{ return(adapter.dispatch('_top_values', 'ribbon')(value, n)) }}
{%- endmacro %}

{% macro default___top_values(value, n) -%}
  {{ return("max_by({'value': cast(" ~ value ~ " as varchar), 'rows': " ~ n ~ '}, ' ~ n ~ ', 10)') }}
{%- endmacro %}

{% macro bigquery___top_values(value, n) -%}
  {{ return('array_agg(struct(cast(' ~ value ~ ' as string) as value, ' ~ n ~ ' as `rows`) order by ' ~ n ~ ' desc limit 10)') }}
{%- endmacro %}
