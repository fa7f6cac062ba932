{#- No two rows share the values of all these columns: each row of a duplicate group is unexpected. Two nulls are the same
    value; rows in which all columns are null are left out unless ignore_row_if says otherwise.
    Arguments: ignore_row_if (all_values_are_missing, any_value_is_missing or never), mostly, row_condition (SQL).
    Example: {ribbon.expect_compound_columns_to_be_unique: {arguments: {column_list: [store_id, sold_on]}}}
    Oracle: Great Expectations on pandas -#}
{% macro default__measure_expect_compound_columns_to_be_unique(
  on, column_list, ignore_row_if='all_values_are_missing', mostly=1, row_condition=none
) -%}
  {{ return(ribbon.duplicates_measure(
    column_list, ribbon._judged_records(on, column_list, ignore_row_if), mostly=mostly, row_condition=row_condition)) }}
{%- endmacro %}

{% test expect_compound_columns_to_be_unique(model) -%}
  {{ ribbon.expectation_test('expect_compound_columns_to_be_unique', model, kwargs) }}
{%- endtest %}
