{#- How the expectations of a relation are measured together: what is read, how often, and what each verdict is made of.
    expectations: from _expectation_of, each with its `measure`. relation: SQL of what is measured.
    few_valued: the columns known to have few distinct values, for which a histogram is cheaper than a look at each row.
    Returns {reads: {key: {name, from, aggregates: {name: SQL}}}, verdicts: [one per expectation]}. Expectations that share a
    key share a read. -#}
{% macro measuring_plan(expectations, relation, few_valued=[]) -%}
  {%- set plan = {'relation': relation, 'reads': {}, 'verdicts': [], 'profiles': [], 'few_valued': few_valued} -%}
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
      {%- set verdict = {'met': ribbon.sql_literal(measure.met), 'observed': ribbon.sql_literal(measure.observed),
        'unmet_failures': '1'} -%}
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
  {%- elif ribbon._by_value(plan, measure, condition) -%}
    {%- set read = ribbon._with_derived(ribbon._values_of(plan.relation, measure.columns, condition), measure.derived) -%}
    {%- set judged, n = ribbon.all_of([measure.counted, measure.unexpected]), ribbon.count_of(measure.columns) -%}
    {%- do ribbon._aggregate_over(plan, read, counted, ribbon._sum_where(n, measure.counted)) -%}
    {%- do ribbon._aggregate_over(plan, read, unexpected, ribbon._sum_where(n, judged)) -%}
    {%- if measure.failures == 'values' -%}
      {%- set failures = prefix ~ 'values' -%}
      {%- do ribbon._aggregate_over(plan, read, failures, ribbon._count_where(judged)) -%}
    {%- endif -%}
  {%- else -%}
    {%- set read = ribbon._with_derived(plan.relation, measure.derived) -%}
    {%- do ribbon._aggregate_over(plan, read, counted, ribbon._count_where(ribbon.all_of([condition, measure.counted]))) -%}
    {%- do ribbon._aggregate_over(plan, read, unexpected, ribbon._count_where(ribbon.all_of([condition, measure.counted,
      measure.unexpected]))) -%}
  {%- endif -%}
  {{ return(ribbon._verdict_of_rows(counted, unexpected, failures, measure.mostly)) }}
{%- endmacro %}

{% macro _plan_duplicates(plan, prefix, measure, condition) -%}
  {%- set judged = ribbon.all_of([condition, measure.counted]) -%}
  {%- set groups = ribbon._broken_groups(plan.relation, measure, judged, measure.mostly | float == 1) -%}
  {%- do ribbon._aggregate_over(plan, plan.relation, prefix ~ 'counted', ribbon._count_where(judged)) -%}
  {%- set n = ribbon.count_of(measure.columns) -%}
  {%- do ribbon._aggregate_over(plan, groups, prefix ~ 'unexpected', 'coalesce(sum(' ~ n ~ '), 0)') -%}
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
  {{ return({
    'met': 'coalesce(' ~ measure.met ~ ', false)',
    'observed': 'cast(' ~ measure.observed ~ ' as ' ~ type_string() ~ ')',
    'unmet_failures': '1',
  }) }}
{%- endmacro %}

{#- Great Expectations' rule: no counted row is fine, and the share of expected rows reaches `mostly`. -#}
{% macro _verdict_of_rows(counted, unexpected, failures, mostly) -%}
  {%- if mostly | float == 1 -%}
    {%- set met = unexpected ~ ' = 0' -%}
  {%- else -%}
    {%- set share = '(' ~ counted ~ ' - ' ~ unexpected ~ ') / cast(nullif(' ~ counted ~ ', 0) as ' ~ ribbon.type_double()
      ~ ')' -%}
    {%- set met = 'coalesce(' ~ share ~ ' >= cast(' ~ mostly ~ ' as ' ~ ribbon.type_double() ~ '), true)' -%}
  {%- endif -%}
  {{ return({'counted': counted, 'unexpected': unexpected, 'met': met, 'unmet_failures': failures}) }}
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
  {%- if measure.failures == 'values' -%}{{ return(true) }}{%- endif -%}
  {{ return(measure.costly and condition == 'true' and measure.columns | length == 1 and measure.columns[0] in plan.few_valued) }}
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

{#- Engines count what is null without a look at each value. -#}
{% macro _count_where(predicate) -%}
  {%- set null = modules.re.match('\\(*("[^"]+"|`[^`]+`) is (not )?null\\)*$', predicate) -%}
  {%- if predicate == 'true' -%}
    {{ return('count(*)') }}
  {%- elif null -%}
    {{ return(('' if null.group(2) else 'count(*) - ') ~ 'count(' ~ null.group(1) ~ ')') }}
  {%- endif -%}
  {{ return('count(case when ' ~ predicate ~ ' then 1 end)') }}
{%- endmacro %}

{% macro _sum_where(value, predicate) -%}
  {{ return('coalesce(sum(case when ' ~ predicate ~ ' then ' ~ value ~ ' end), 0)') }}
{%- endmacro %}

{% macro _quoted(columns) -%}
  {%- set said = [] -%}
  {%- for column in columns -%}{%- do said.append(adapter.quote(column)) -%}{%- endfor -%}
  {{ return(said | join(', ')) }}
{%- endmacro %}

{#- Conditions in SQL, joined with and; 'true' where there is none. -#}
{% macro all_of(conditions) -%}
  {%- set said = [] -%}
  {%- for condition in conditions if condition and condition != 'true' -%}
    {%- do said.append('(' ~ condition ~ ')') -%}
  {%- endfor -%}
  {{ return(said | join(' and ') or 'true') }}
{%- endmacro %}
