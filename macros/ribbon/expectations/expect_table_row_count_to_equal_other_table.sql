{#- The table has as many rows as another one. row_condition picks rows of this table only.
    Arguments: other_table_name (a ref(), a source() or a name as in SQL), row_condition (SQL).
    Example: {ribbon.expect_table_row_count_to_equal_other_table: {arguments: {other_table_name: "ref('other')"}}}
    Oracle: Great Expectations on SQLAlchemy -#}
{% macro default__measure_expect_table_row_count_to_equal_other_table(on, other_table_name, row_condition=none) -%}
  {%- set here = on.prefix ~ 'here' -%}
  {%- set there = on.prefix ~ 'there' -%}
  {{ return(ribbon.aggregate_measure(
    {here: 'count(*)'}, here ~ ' = ' ~ there, ribbon.concat_sql([here, ribbon.sql_literal(' here, '), there,
      ribbon.sql_literal(' there')]),
    row_condition=row_condition, others={there: 'select count(*) from ' ~ other_table_name})) }}
{%- endmacro %}

{% test expect_table_row_count_to_equal_other_table(model) -%}
  {{ ribbon.expectation_test('expect_table_row_count_to_equal_other_table', model, kwargs) }}
{%- endtest %}
