{#- The Kullback-Leibler divergence of a column from a partition, as Great Expectations has it: {aggregates, sql}, aggregates
    over (column, ribbon_n) and SQL over those; null where it is infinite. total: the aggregate of all values. -#}
{% macro _divergence(on, column, partition, tail_weight_holdout, internal_weight_holdout, total) -%}
  {%- set given = (partition.weights or []) + (partition.get('tail_weights') or []) -%}
  {%- set places = partition['values'] if 'values' in partition else (partition.get('bins') or [])[1:] -%}
  {%- set off = given | sum - 1 -%}
  {%- if off | abs > 0.00001 or partition.weights | length != places | length -%}
    {%- do ribbon._contract_error(
      on.test, 'partition_object needs one weight for each value or bin, and they must add up to 1', 'fix the weights') -%}
  {%- endif -%}
  {%- if 'values' in partition -%}
    {%- if internal_weight_holdout -%}
      {%- do ribbon._contract_error(on.test, 'internal_weight_holdout works with bins only', 'remove it') -%}
    {%- endif -%}
    {%- set divergence = ribbon._divergence_of_parts(on, column, ribbon._expected_values(column, partition), total) -%}
    {%- set others = ribbon._divergence_of_others(on, column, partition, tail_weight_holdout, total) -%}
    {{ return({
      'aggregates': dict(divergence.aggregates, **others.aggregates), 'sql': divergence.sql ~ ' + ' ~ others.sql}) }}
  {%- endif -%}
  {{ return(ribbon._divergence_of_parts(
    on, column, ribbon._expected_bins(on, column, partition, tail_weight_holdout, internal_weight_holdout), total)) }}
{%- endmacro %}

{#- parts: {condition, weight} of each part of the values; weights are brought to a sum of 1. -#}
{% macro _divergence_of_parts(on, column, parts, total) -%}
  {%- set whole, n = parts | sum(attribute='weight'), ribbon.count_of([column]) -%}
  {%- set aggregates = {} -%}
  {%- set terms = [] -%}
  {%- for part in parts -%}
    {%- set seen = on.prefix ~ 'part_' ~ loop.index0 -%}
    {%- set share = seen ~ ' / cast(' ~ total ~ ' as ' ~ ribbon.type_double() ~ ')' -%}
    {%- set term = ' else ' ~ share ~ ' * ln(' ~ share ~ ' / ' ~ part.weight / whole ~ ')' if part.weight > 0 else '' -%}
    {%- do aggregates.update({seen: ribbon._sum_where(n, part.condition)}) -%}
    {%- do terms.append('case when ' ~ total ~ ' > 0 and ' ~ seen ~ ' = 0 then 0' ~ term ~ ' end') -%}
  {%- endfor -%}
  {{ return({'aggregates': aggregates, 'sql': terms | join(' + ')}) }}
{%- endmacro %}

{% macro _expected_values(column, partition) -%}
  {%- set parts = [] -%}
  {%- for value in partition['values'] -%}
    {%- do parts.append({
      'condition': adapter.quote(column) ~ ' = ' ~ ribbon.sql_literal(value), 'weight': partition.weights[loop.index0]}) -%}
  {%- endfor -%}
  {{ return(parts) }}
{%- endmacro %}

{#- What values that no one expects add: they share the holdout evenly, and what is expected shares the rest. -#}
{% macro _divergence_of_others(on, column, partition, holdout, total) -%}
  {%- set other, n = 'not (' ~ ribbon._in_set(column, partition['values']) ~ ')', ribbon.count_of([column]) -%}
  {%- set names = {'kinds': on.prefix ~ 'kinds', 'others': on.prefix ~ 'others', 'logs': on.prefix ~ 'logs'} -%}
  {%- set aggregates = {
    names.kinds: ribbon._count_where(other), names.others: ribbon._sum_where(n, other),
    names.logs: ribbon._sum_where(n ~ ' * ln(' ~ n ~ ')', other),
  } -%}
  {%- if not holdout -%}
    {{ return({'aggregates': aggregates, 'sql': 'case when ' ~ names.kinds ~ ' = 0 then 0 end'}) }}
  {%- endif -%}
  {%- set even_share = 'ln(' ~ names.kinds ~ ' / ' ~ holdout ~ ') - ln(' ~ total ~ ')' -%}
  {%- set even = '(' ~ names.logs ~ ' + ' ~ names.others ~ ' * (' ~ even_share ~ '))' -%}
  {%- set rest = '(' ~ total ~ ' - ' ~ names.others ~ ') * ln(' ~ (1 - holdout) ~ ')' if holdout < 1 else
    'case when ' ~ total ~ ' = ' ~ names.others ~ ' then 0 end' -%}
  {{ return({
    'aggregates': aggregates,
    'sql': 'case when ' ~ names.kinds ~ ' = 0 then 0 else (' ~ even ~ ' - ' ~ rest ~ ') / cast(' ~ total ~ ' as '
      ~ ribbon.type_double()
      ~ ') end',
  }) }}
{%- endmacro %}

{#- The bins, each without its upper edge except the last, and what lies beyond them where they are not infinite. -#}
{% macro _expected_bins(on, column, partition, tail_weight_holdout, internal_weight_holdout) -%}
  {%- set value = adapter.quote(column) -%}
  {%- set bins = partition.bins -%}
  {%- set open = (bins[0] | string == '-inf', bins[-1] | string == 'inf') -%}
  {%- set tails = partition.get('tail_weights') -%}
  {%- if (tails and (tail_weight_holdout or open[0] or open[1])) or (tail_weight_holdout and open[0] and open[1]) -%}
    {%- do ribbon._contract_error(
      on.test, 'values outside the bins need exactly one weight', 'use either tail_weights or tail_weight_holdout') -%}
  {%- endif -%}
  {%- set empty = partition.weights | select('equalto', 0) | list | length -%}
  {%- set parts = [] -%}
  {%- for weight in partition.weights -%}
    {%- set sides = [] -%}
    {%- if not (loop.first and open[0]) -%}{%- do sides.append(value ~ ' >= '
      ~ ribbon.sql_literal(bins[loop.index0])) -%}{%- endif -%}
    {%- if not (loop.last and open[1]) -%}
      {%- do sides.append(value ~ (' <= ' if loop.last else ' < ') ~ ribbon.sql_literal(bins[loop.index])) -%}
    {%- endif -%}
    {%- set held = internal_weight_holdout / empty if weight == 0 and empty else
      weight * (1 - tail_weight_holdout - internal_weight_holdout) -%}
    {%- do parts.append({'condition': ribbon.all_of(sides), 'weight': held}) -%}
  {%- endfor -%}
  {%- set tail = tail_weight_holdout if open[0] or open[1] else tail_weight_holdout / 2 -%}
  {%- if not open[0] -%}
    {%- do parts.append({'condition': value ~ ' < ' ~ ribbon.sql_literal(bins[0]), 'weight': tails[0] if tails else tail}) -%}
  {%- endif -%}
  {%- if not open[1] -%}
    {%- do parts.append({'condition': value ~ ' > ' ~ ribbon.sql_literal(bins[-1]), 'weight': tails[1] if tails else tail}) -%}
  {%- endif -%}
  {{ return(parts) }}
{%- endmacro %}
