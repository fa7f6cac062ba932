{#- Tests of the package dbt_expectations as measures: its arguments, its verdict and its count of failures. They are not always
    those of the expectation of this name: an aggregate of no rows passes, a set does not hold null. Arguments are SQL, as the
    package takes them. -#}
{% macro default__measure_dbt_expectations__expect_column_values_to_not_be_null(on, column_name, row_condition=none) -%}
  {{ return(ribbon._rows_true(column_name ~ ' is not null', row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_values_to_be_null(on, column_name, row_condition=none) -%}
  {{ return(ribbon._rows_true(column_name ~ ' is null', row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_values_to_be_between(
  on, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
  {{ return(ribbon._rows_true(ribbon._between_sql(column_name, min_value, max_value, strictly), row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_value_lengths_to_be_between(
  on, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
  {{ return(ribbon._rows_true(ribbon._between_sql(length(column_name), min_value, max_value, strictly), row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_value_lengths_to_equal(on, column_name, value, row_condition=none) -%}
  {{ return(ribbon._rows_true(length(column_name) ~ ' = ' ~ value, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_values_to_match_like_pattern(
  on, column_name, like_pattern, row_condition=none
) -%}
  {{ return(ribbon._rows_true(column_name ~ " like '" ~ like_pattern ~ "'", row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_values_to_not_match_like_pattern(
  on, column_name, like_pattern, row_condition=none
) -%}
  {{ return(ribbon._rows_true(column_name ~ " not like '" ~ like_pattern ~ "'", row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_pair_values_A_to_be_greater_than_B(
  on, column_A, column_B, or_equal=false, row_condition=none
) -%}
  {{ return(ribbon._rows_true(column_A ~ (' >= ' if or_equal else ' > ') ~ column_B, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_pair_values_to_be_equal(
  on, column_A, column_B, row_condition=none
) -%}
  {{ return(ribbon._rows_true(column_A ~ ' = ' ~ column_B, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_values_to_be_in_set(
  on, column_name, value_set, quote_values=true, row_condition=none
) -%}
  {%- set unexpected = 'not ' ~ ribbon._true(ribbon._equals_any(column_name, value_set, quote_values)) -%}
  {{ return(ribbon.rows_measure([], unexpected, counted='true', row_condition=row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_values_to_not_be_in_set(
  on, column_name, value_set, quote_values=true, row_condition=none
) -%}
  {%- set unexpected = ribbon._true(ribbon._equals_any(column_name, value_set, quote_values)) -%}
  {{ return(ribbon.rows_measure([], unexpected, counted='true', row_condition=row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_values_to_be_unique(on, column_name, row_condition=none) -%}
  {{ return(ribbon.duplicates_measure(
    [ribbon._unquoted(column_name)], column_name ~ ' is not null', row_condition=row_condition, failures='values')) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_compound_columns_to_be_unique(
  on, column_list, ignore_row_if='all_values_are_missing', row_condition=none
) -%}
  {%- set columns = ribbon._unquoted_all(column_list) -%}
  {{ return(ribbon.duplicates_measure(
    columns, ribbon._judged_records(on, columns, ignore_row_if), row_condition=row_condition, failures='values')) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_table_row_count_to_equal(on, value, row_condition=none) -%}
  {{ return(ribbon._aggregate_true(on, 'count(*)', value, value, false, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_table_row_count_to_be_between(
  on, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
  {{ return(ribbon._aggregate_true(on, 'count(*)', min_value, max_value, strictly, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_min_to_be_between(
  on, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
  {{ return(ribbon._aggregate_true(on, 'min(' ~ column_name ~ ')', min_value, max_value, strictly, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_max_to_be_between(
  on, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
  {{ return(ribbon._aggregate_true(on, 'max(' ~ column_name ~ ')', min_value, max_value, strictly, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_mean_to_be_between(
  on, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
  {{ return(ribbon._aggregate_true(on, 'avg(' ~ column_name ~ ')', min_value, max_value, strictly, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_sum_to_be_between(
  on, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
  {{ return(ribbon._aggregate_true(on, 'sum(' ~ column_name ~ ')', min_value, max_value, strictly, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_unique_value_count_to_be_between(
  on, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
  {%- set aggregate = 'count(distinct ' ~ column_name ~ ')' -%}
  {{ return(ribbon._aggregate_true(on, aggregate, min_value, max_value, strictly, row_condition)) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_values_to_be_of_type(on, column_name, column_type) -%}
  {{ return(ribbon._type_among(on, column_name, [column_type])) }}
{%- endmacro %}

{% macro default__measure_dbt_expectations__expect_column_values_to_be_in_type_list(on, column_name, column_type_list) -%}
  {{ return(ribbon._type_among(on, column_name, column_type_list)) }}
{%- endmacro %}

{#- Rows of which a condition is false; not those of which it is null. -#}
{% macro _rows_true(condition, row_condition) -%}
  {{ return(ribbon.rows_measure([], ribbon._not_true(condition), counted='true', row_condition=row_condition)) }}
{%- endmacro %}

{#- An aggregate within bounds, or null. -#}
{% macro _aggregate_true(on, aggregate, min_value, max_value, strictly, row_condition) -%}
  {%- set value = on.prefix ~ 'value' -%}
  {%- set met = 'coalesce(' ~ ribbon._between_sql(value, min_value, max_value, strictly) ~ ', true)' -%}
  {{ return(ribbon.aggregate_measure({value: aggregate}, met, value, row_condition=row_condition)) }}
{%- endmacro %}

{% macro _equals_any(column_name, values, quoted) -%}
  {%- set sides = [] -%}
  {%- for value in values -%}
    {%- do sides.append(column_name ~ ' = ' ~ ("cast('" ~ value ~ "' as " ~ type_string() ~ ')' if quoted else value)) -%}
  {%- endfor -%}
  {{ return('(' ~ sides | join(' or ') ~ ')') }}
{%- endmacro %}

{#- Names of types are compared as the engine spells them. A column that is not there breaks nothing. -#}
{% macro _type_among(on, column_name, types) -%}
  {%- set allowed = types | map('lower') | list -%}
  {%- set name = ribbon._unquoted(column_name) | lower -%}
  {%- for column in ribbon._columns_measured(on) if column.name == name -%}
    {{ return(ribbon.constant_measure(column.type in allowed, column.type)) }}
  {%- endfor -%}
  {{ return(ribbon.constant_measure(true, 'no column')) }}
{%- endmacro %}
