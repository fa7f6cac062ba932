{#- A query returns no rows. Great Expectations' UnexpectedRowsExpectation.
    Arguments: unexpected_rows_query ({batch} stands for what is measured), row_condition (SQL).
    Example: {ribbon.unexpected_rows_expectation: {arguments: {unexpected_rows_query: 'select * from {batch} where paid < 0'}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro default__measure_unexpected_rows_expectation(on, unexpected_rows_query, row_condition=none) -%}
  {%- set rows = on.prefix ~ 'rows' -%}
  {%- set query = ribbon._on_batch(on, unexpected_rows_query, row_condition) -%}
  {{ return(ribbon.aggregate_measure(
    {}, rows ~ ' = 0', rows, others={rows: 'select count(*) from (' ~ query ~ ') as ribbon_unexpected'})) }}
{%- endmacro %}

{% test unexpected_rows_expectation(model) -%}
  {{ ribbon.expectation_test('unexpected_rows_expectation', model, kwargs) }}
{%- endtest %}
