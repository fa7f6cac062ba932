{#- The old name of expect_select_column_values_to_be_unique_within_record, which Great Expectations keeps without a measure:
    the columns of every row have different values. Two nulls are the same value.
    Arguments: ignore_row_if (all_values_are_missing, any_value_is_missing or never), mostly, row_condition (SQL).
    Example: {ribbon.expect_multicolumn_values_to_be_unique: {arguments: {column_list: [home_team, away_team]}}}
    Oracle: hand-written cases -#}
{% macro default__measure_expect_multicolumn_values_to_be_unique(
  on, column_list, ignore_row_if='all_values_are_missing', mostly=1, row_condition=none
) -%}
  {{ return(ribbon.default__measure_expect_select_column_values_to_be_unique_within_record(
    on, column_list, ignore_row_if, mostly, row_condition)) }}
{%- endmacro %}

{% test expect_multicolumn_values_to_be_unique(model) -%}
  {{ ribbon.expectation_test('expect_multicolumn_values_to_be_unique', model, kwargs) }}
{%- endtest %}
