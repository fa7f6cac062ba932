{#- Cramer's phi of two columns, 0 (independent) to 1 (one decides the other), is at most threshold. Rows with a null in either
    are left out; if a column has one value only, phi is 0. Great Expectations names this expectation but no longer measures
    it.
    Arguments: column_A, column_B, threshold, row_condition (SQL).
    Example: {ribbon.expect_column_pair_cramers_phi_value_to_be_less_than: {arguments: {column_A: colour, column_B: size,
      threshold: 0}}}
    Oracle: hand-written cases -#}
{% macro default__measure_expect_column_pair_cramers_phi_value_to_be_less_than(
  on, column_A, column_B, threshold=0.1, row_condition=none
) -%}
  {%- set a = adapter.quote(column_A) -%}
  {%- set b = adapter.quote(column_B) -%}
  {%- set phi = on.prefix ~ 'phi' -%}
  {%- set count = ribbon.count_of([column_A, column_B]) -%}
  {%- set n_a, n_b = on.prefix ~ 'n_a', on.prefix ~ 'n_b' -%}
  {%- set n = 'cast(' ~ count ~ ' as ' ~ ribbon.type_double() ~ ')' -%}
  {%- set squares = 'sum(' ~ n ~ ' / ' ~ n_a ~ ' * ' ~ n ~ ' / ' ~ n_b ~ ')' -%}
  {%- set smaller = 'least(count(distinct ' ~ a ~ '), count(distinct ' ~ b ~ ')) - 1' -%}
  {%- set explained = 'greatest(' ~ squares ~ ' - 1, 0) / nullif(' ~ smaller ~ ', 0)' -%}
  {{ return(ribbon.aggregate_measure(
    {phi: 'case when count(*) > 0 then sqrt(coalesce(' ~ explained ~ ', 0)) end'}, phi ~ ' <= ' ~ threshold, phi,
    row_condition=row_condition, values_of=[column_A, column_B], columns=[column_A, column_B], derived={
      n_a: 'sum(' ~ count ~ ') over (partition by ' ~ a ~ ')', n_b: 'sum(' ~ count ~ ') over (partition by ' ~ b ~ ')',
    })) }}
{%- endmacro %}

{% test expect_column_pair_cramers_phi_value_to_be_less_than(model) -%}
  {{ ribbon.expectation_test('expect_column_pair_cramers_phi_value_to_be_less_than', model, kwargs) }}
{%- endtest %}
