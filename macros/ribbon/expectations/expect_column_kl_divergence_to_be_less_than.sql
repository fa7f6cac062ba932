{#- The Kullback-Leibler divergence of the column's distribution from an expected one, in nats, is at most threshold; without a
    threshold, any passes. It is infinite, and fails, if there are values where none are expected. Nulls are left out; a
    column without a value fails.
    Arguments: partition_object (values and weights, or bins, weights and perhaps tail_weights), threshold, tail_weight_holdout
    (the weight of values that are not expected, or beyond the bins), internal_weight_holdout (the weight shared by bins of
    weight 0), row_condition (SQL). bucketize_data, min_value and max_value are accepted, without effect.
    Example: {ribbon.expect_column_kl_divergence_to_be_less_than: {arguments: {partition_object: {values: [a], weights: [1]}}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_column_kl_divergence_to_be_less_than(
  on, column, partition_object, threshold=none, tail_weight_holdout=0, internal_weight_holdout=0, bucketize_data=true,
  min_value=none, max_value=none, row_condition=none
) -%}
  {%- set total = on.prefix ~ 'total' -%}
  {%- set divergence = ribbon._divergence(on, column, partition_object, tail_weight_holdout, internal_weight_holdout, total) -%}
  {%- set met = 'true' if threshold is none else '(' ~ divergence.sql ~ ') <= ' ~ threshold -%}
  {{ return(ribbon.aggregate_measure(
    dict(divergence.aggregates, **{total: 'sum(' ~ ribbon.count_of([column]) ~ ')'}), met, divergence.sql,
    row_condition=row_condition, values_of=[column], columns=[column])) }}
{%- endmacro %}

{% test expect_column_kl_divergence_to_be_less_than(model) -%}
  {{ ribbon.expectation_test('expect_column_kl_divergence_to_be_less_than', model, kwargs) }}
{%- endtest %}
