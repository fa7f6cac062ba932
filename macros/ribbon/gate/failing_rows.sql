{#- The rows that an expectation of rows does not expect: {from, predicate} for `select … from <from> where <predicate>`.
    relation: SQL of what was measured. condition: SQL that picks the rows it speaks of. -#}
{% macro failing_rows(measure, relation, condition) -%}
  {%- set condition = ribbon.all_of([condition, measure.row_condition]) -%}
  {%- set judged = ribbon.all_of([condition, measure.counted]) -%}
  {%- if measure.form == 'duplicates' -%}
    {%- set keys = ribbon._quoted(measure.columns) -%}
    {%- if measure.keep == 'first' -%}
      {%- set repeated = 'row_number() over (partition by ' ~ keys ~ ' order by ' ~ measure.order_by ~ ') > 1' -%}
    {%- else -%}
      {%- set repeated = 'count(*) over (partition by ' ~ keys ~ ') > 1' -%}
    {%- endif -%}
    {%- if measure.nulls_break -%}
      {%- set repeated = '(' ~ repeated ~ ' or not (' ~ ribbon.all_present(measure.columns) ~ '))' -%}
    {%- endif -%}
    {{ return({'from': ribbon._chosen(relation, judged ~ ' qualify ' ~ repeated), 'predicate': 'true'}) }}
  {%- elif measure.windowed -%}
    {{ return({'from': ribbon._with_derived(ribbon._chosen(relation, judged), measure.derived),
      'predicate': measure.unexpected}) }}
  {%- else -%}
    {{ return({
      'from': ribbon._with_derived(relation, measure.derived),
      'predicate': ribbon.all_of([condition, measure.counted, measure.unexpected]),
    }) }}
  {%- endif -%}
{%- endmacro %}

{% macro _chosen(relation, condition) -%}
  {{ return('(select * from ' ~ relation ~ ' where ' ~ condition ~ ') as ribbon_chosen') }}
{%- endmacro %}

{#- Up to five failing rows as text, restricted columns masked, the measure's own columns first. -#}
{% macro failing_row_texts(expectation, relation, node) -%}
  {%- set measure = expectation.measure -%}
  {%- set failing = ribbon.failing_rows(measure, relation | string, expectation.condition) -%}
  {%- set table = run_query('select * from ' ~ failing.from ~ ' where ' ~ failing.predicate ~ ' limit 5') -%}
  {%- set names = measure.columns | list -%}
  {%- for name in table.column_names if name not in names and name not in (measure.derived or {}) -%}
    {%- do names.append(name) -%}
  {%- endfor -%}
  {%- set restriction = ribbon.restriction_of(node) -%}
  {%- set texts = [] -%}
  {%- for row in table.rows -%}
    {%- set said = [] -%}
    {%- for name in names[:8] if name in table.column_names -%}
      {%- set shown = '***' if ribbon.hides(restriction, name) else row[name] | string | replace('\u0000', '\\x00') -%}
      {%- do said.append(name ~ '=' ~ shown) -%}
    {%- endfor -%}
    {%- do texts.append(said | join(', ')) -%}
  {%- endfor -%}
  {{ return(texts) }}
{%- endmacro %}
