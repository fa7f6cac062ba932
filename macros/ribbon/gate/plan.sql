{#- How the expectations of a relation are measured together: what is read, how often, and what each verdict is made of.
    expectations: from _expectation_of, each with its `measure`. relation: SQL of what is measured.
    few_valued: the columns known to have few distinct values, for which a histogram is cheaper than a look at each row.
    is_small: whether there are so few rows that a short statement beats a clever one.
    Returns {reads: {key: {name, from, aggregates: {name: SQL}}}, verdicts: [one per expectation]}. Expectations that share a
    key share a read. -#}
{% macro measuring_plan(expectations, relation, few_valued=[], is_small=false) -%}
  {%- set plan = {'relation': relation, 'reads': {}, 'verdicts': [], 'profiles': [], 'few_valued': few_valued,
    'is_small': is_small} -%}
  {%- do ribbon._aggregate_over(plan, relation, 'ribbon_rows', 'count(*)') -%}
  {%- for expectation in expectations -%}
    {%- set measure = expectation.measure -%}
    {%- set condition = ribbon.all_of([expectation.condition, measure.get('row_condition')]) -%}
    {%- if measure.form == 'rows' -%}
      {%- set verdict = ribbon._plan_rows(plan, expectation.prefix, measure, condition) -%}
    {%- elif measure.form == 'duplicates' -%}
      {%- set verdict = ribbon._plan_duplicates(plan, expectation.prefix, measure, condition) -%}
    {%- elif measure.form == 'aggregate' -%}
      {%- set verdict = ribbon._plan_aggregate(plan, expectation.prefix, measure, condition) -%}
    {%- else -%}
      {%- set verdict = {
        'met': ribbon.sql_literal(measure.met), 'failures': '0' if measure.met else '1',
        'observed': 'cast(' ~ ribbon.sql_literal(measure.observed) ~ ' as ' ~ type_string() ~ ')',
      } -%}
    {%- endif -%}
    {%- do plan.verdicts.append(dict(verdict, position=expectation.position, test=expectation.test)) -%}
  {%- endfor -%}
  {{ return(plan) }}
{%- endmacro %}

{% macro _plan_rows(plan, prefix, measure, condition) -%}
  {%- set counted = prefix ~ 'counted' -%}
  {%- set unexpected = prefix ~ 'unexpected' -%}
  {%- set failures = unexpected -%}
  {%- if measure.windowed -%}
    {%- set read = ribbon._with_derived(ribbon._chosen(plan.relation, ribbon.all_of([condition, measure.counted])),
      measure.derived) -%}
    {%- do ribbon._aggregate_over(plan, read, counted, 'count(*)') -%}
    {%- do ribbon._aggregate_over(plan, read, unexpected, ribbon._count_where(measure.unexpected)) -%}
  {%- elif measure.failures == 'values' or (measure.costly and ribbon._by_value(plan, measure, condition)) -%}
    {%- set read = ribbon._with_derived(ribbon._values_of(plan.relation, measure.columns, condition), measure.derived) -%}
    {%- set judged, n = ribbon.all_of([measure.counted, measure.unexpected]), ribbon.count_of(measure.columns) -%}
    {%- do ribbon._aggregate_over(plan, read, counted, ribbon._sum_where(n, measure.counted)) -%}
    {%- do ribbon._aggregate_over(plan, read, unexpected, ribbon._sum_where(n, judged)) -%}
    {%- if measure.failures == 'values' -%}
      {%- set failures = prefix ~ 'values' -%}
      {%- do ribbon._aggregate_over(plan, read, failures, ribbon._count_where(judged)) -%}
    {%- endif -%}
  {%- else -%}
    {%- set read = ribbon._with_derived(plan.relation, measure.derived) if measure.derived else plan.relation -%}
    {%- do ribbon._aggregate_over(plan, read, counted, ribbon._count_where(ribbon.all_of([condition, measure.counted]))) -%}
    {%- do ribbon._aggregate_over(plan, read, unexpected, ribbon._count_where(ribbon.all_of([condition, measure.counted,
      measure.unexpected]))) -%}
  {%- endif -%}
  {{ return(ribbon._verdict_of_rows(counted, unexpected, failures, measure.mostly)) }}
{%- endmacro %}

{% macro _plan_duplicates(plan, prefix, measure, condition) -%}
  {%- set judged = ribbon.all_of([condition, measure.counted]) -%}
  {%- set groups = ribbon._broken_groups(plan.relation, measure, judged,
    measure.mostly | float == 1 and not plan.is_small) -%}
  {%- do ribbon._aggregate_over(plan, plan.relation, prefix ~ 'counted', ribbon._count_where(judged)) -%}
  {%- set n = ribbon.count_of(measure.columns) -%}
  {%- do ribbon._aggregate_over(plan, groups, prefix ~ 'unexpected', ribbon._sum_where(n, 'true')) -%}
  {%- if measure.failures == 'values' -%}
    {%- do ribbon._aggregate_over(plan, groups, prefix ~ 'values', 'count(*)') -%}
  {%- endif -%}
  {%- set failures = prefix ~ ('values' if measure.failures == 'values' else 'unexpected') -%}
  {{ return(ribbon._verdict_of_rows(prefix ~ 'counted', prefix ~ 'unexpected', failures, measure.mostly)) }}
{%- endmacro %}

{% macro _plan_aggregate(plan, prefix, measure, condition) -%}
  {%- if measure.values_of -%}
    {%- set read = ribbon._values_of(plan.relation, measure.values_of, ribbon.all_of([condition,
      ribbon.all_present(measure.values_of)])) -%}
  {%- elif condition == 'true' -%}
    {%- set read = plan.relation -%}
  {%- else -%}
    {%- set read = ribbon._chosen(plan.relation, condition) -%}
  {%- endif -%}
  {%- set read = ribbon._with_derived(read, measure.derived) -%}
  {%- for name, aggregate in measure.aggregates.items() -%}
    {%- do ribbon._aggregate_over(plan, read, name, aggregate) -%}
  {%- endfor -%}
  {%- for name, query in measure.others.items() -%}
    {%- do ribbon._aggregate_over(plan, '', name, '(' ~ query ~ ')') -%}
  {%- endfor -%}
  {%- set met = 'coalesce(' ~ measure.met ~ ', false)' -%}
  {{ return({
    'met': met,
    'observed': 'cast(' ~ measure.observed ~ ' as ' ~ type_string() ~ ')',
    'failures': 'case when ' ~ met ~ ' then 0 else 1 end',
  }) }}
{%- endmacro %}

{#- Great Expectations' rule: no counted row is fine, and the share of expected rows reaches `mostly`. -#}
{% macro _verdict_of_rows(counted, unexpected, failures, mostly) -%}
  {%- if mostly | float == 1 -%}
    {{ return({'counted': counted, 'unexpected': unexpected, 'met': unexpected ~ ' = 0', 'failures': failures}) }}
  {%- endif -%}
  {%- set share = '(' ~ counted ~ ' - ' ~ unexpected ~ ') / cast(nullif(' ~ counted ~ ', 0) as ' ~ ribbon.type_double()
    ~ ')' -%}
  {%- set met = 'coalesce(' ~ share ~ ' >= cast(' ~ mostly ~ ' as ' ~ ribbon.type_double() ~ '), true)' -%}
  {{ return({
    'counted': counted, 'unexpected': unexpected, 'met': met,
    'failures': 'case when ' ~ met ~ ' then 0 else ' ~ failures ~ ' end',
  }) }}
{%- endmacro %}

{#- Puts an aggregate into the read that has this FROM clause; an empty one is a query of its own. -#}
{% macro _aggregate_over(plan, read, name, aggregate) -%}
  {%- if read not in plan.reads -%}
    {%- do plan.reads.update({read: {'name': 'read_' ~ plan.reads | length, 'aggregates': {}}}) -%}
  {%- endif -%}
  {%- do plan.reads[read].aggregates.update({name: aggregate}) -%}
{%- endmacro %}

{#- Row predicates of one column are asked of its distinct values where that is less work. -#}
{% macro _by_value(plan, measure, condition) -%}
  {{ return(condition == 'true' and measure.columns | length == 1 and measure.columns[0] in plan.few_valued) }}
{%- endmacro %}

{% macro _values_of(relation, columns, condition) -%}
  {%- set keys = ribbon._quoted(columns) -%}
  {%- set chosen = '' if condition == 'true' else ' where ' ~ condition -%}
  {{ return(
    '(select ' ~ keys ~ ', count(*) as ' ~ ribbon.count_of(columns) ~ ' from ' ~ relation ~ chosen ~ ' group by ' ~ keys
    ~ ') as ribbon_values') }}
{%- endmacro %}

{% macro _with_derived(read, derived) -%}
  {%- if not derived -%}{{ return(read) }}{%- endif -%}
  {%- set extra = [] -%}
  {%- for name, sql in derived.items() -%}{%- do extra.append(sql ~ ' as ' ~ name) -%}{%- endfor -%}
  {{ return('(select *, ' ~ extra | join(', ') ~ ' from ' ~ read ~ ') as ribbon_derived') }}
{%- endmacro %}
