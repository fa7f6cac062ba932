{#- The most common value is one of value_set. With several that are as common, it fails, unless ties_okay is true and one of
    them is in the set. Nulls are left out; a column without a value fails.
    Example: {ribbon.expect_column_most_common_value_to_be_in_set: {arguments: {value_set: [EUR], ties_okay: true}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_most_common_value_to_be_in_set(on, column, value_set, ties_okay=false,
  row_condition=none) -%}
  {%- set modes = on.prefix ~ 'modes' -%}
  {%- set hits = on.prefix ~ 'hits' -%}
  {%- set mode = on.prefix ~ 'mode' -%}
  {%- set n, most = ribbon.count_of([column]), on.prefix ~ 'most' -%}
  {%- set is_mode = n ~ ' = ' ~ most -%}
  {{ return(ribbon.aggregate_measure(
    {
      modes: ribbon._count_where(is_mode),
      hits: ribbon._count_where(is_mode ~ ' and ' ~ ribbon._in_set(column, value_set or [])),
      mode: 'min(case when ' ~ is_mode ~ ' then ' ~ adapter.quote(column) ~ ' end)',
    },
    hits ~ ' > 0' if ties_okay else '(' ~ modes ~ ' = 1 and ' ~ hits ~ ' = 1)', mode,
    row_condition=row_condition, values_of=[column], derived={most: 'max(' ~ n ~ ') over ()'}, columns=[column])) }}
{%- endmacro %}

{% test expect_column_most_common_value_to_be_in_set(model) -%}
  {{ ribbon.expectation_test('expect_column_most_common_value_to_be_in_set', model, kwargs) }}
{%- endtest %}
