{#- Tests by the names, arguments and verdicts of the package dbt_expectations, in our own words: what a measure is compared with.
    A condition that is null is no failure. -#}
{% macro rows_that_break(model, condition, row_condition) -%}
select * from {{ model }} where {{ row_condition or 'true' }} and not ({{ condition }})
{%- endmacro %}

{% macro total_that_breaks(model, total, min_value, max_value, row_condition) -%}
select * from (select {{ total }} as n from {{ model }} where {{ row_condition or 'true' }}) as totals where false
{% if min_value is not none %}or n < {{ min_value }}{% endif %}
{% if max_value is not none %}or n > {{ max_value }}{% endif %}
{%- endmacro %}

{% macro columns_of_another_type(model, column_name, types) -%}
{%- set found = [] -%}
{%- for column in adapter.get_columns_in_relation(model) if column.name | upper == column_name | upper -%}
  {%- if column.dtype | upper not in types | map('upper') | list -%}{%- do found.append(column) -%}{%- endif -%}
{%- endfor -%}
select 1 as n where {{ 'true' if found else 'false' }}
{%- endmacro %}

{% test expect_column_values_to_not_be_null(model, column_name, row_condition=none) -%}
{{ dbt_expectations.rows_that_break(model, column_name ~ ' is not null', row_condition) }}
{%- endtest %}

{% test expect_column_values_to_be_null(model, column_name, row_condition=none) -%}
{{ dbt_expectations.rows_that_break(model, column_name ~ ' is null', row_condition) }}
{%- endtest %}

{% test expect_column_values_to_be_between(model, column_name, min_value, max_value, strictly=false) -%}
{%- set equal = '' if strictly else '=' -%}
{%- set within = column_name ~ ' >' ~ equal ~ ' ' ~ min_value ~ ' and ' ~ column_name ~ ' <' ~ equal ~ ' ' ~ max_value -%}
{{ dbt_expectations.rows_that_break(model, within, none) }}
{%- endtest %}

{% test expect_column_value_lengths_to_be_between(model, column_name, min_value, max_value) -%}
{%- set within = 'length(' ~ column_name ~ ') between ' ~ min_value ~ ' and ' ~ max_value -%}
{{ dbt_expectations.rows_that_break(model, within, none) }}
{%- endtest %}

{% test expect_column_value_lengths_to_equal(model, column_name, value) -%}
{{ dbt_expectations.rows_that_break(model, 'length(' ~ column_name ~ ') = ' ~ value, none) }}
{%- endtest %}

{% test expect_column_values_to_match_like_pattern(model, column_name, like_pattern) -%}
{{ dbt_expectations.rows_that_break(model, column_name ~ " like '" ~ like_pattern ~ "'", none) }}
{%- endtest %}

{% test expect_column_values_to_not_match_like_pattern(model, column_name, like_pattern) -%}
{{ dbt_expectations.rows_that_break(model, column_name ~ " not like '" ~ like_pattern ~ "'", none) }}
{%- endtest %}

{% test expect_column_pair_values_A_to_be_greater_than_B(model, column_A, column_B, or_equal=false) -%}
{{ dbt_expectations.rows_that_break(model, column_A ~ (' >= ' if or_equal else ' > ') ~ column_B, none) }}
{%- endtest %}

{% test expect_column_pair_values_to_be_equal(model, column_A, column_B) -%}
{{ dbt_expectations.rows_that_break(model, column_A ~ ' = ' ~ column_B, none) }}
{%- endtest %}

{% test expect_column_values_to_be_in_set(model, column_name, value_set) -%}
select * from (select * from {{ model }}) as given
where not exists (select 1 from (select unnest({{ value_set }}) as v) as allowed where given.{{ column_name }} = v)
{%- endtest %}

{% test expect_column_values_to_not_be_in_set(model, column_name, value_set, quote_values=true) -%}
select * from (select * from {{ model }}) as given
where exists (select 1 from (select unnest({{ value_set }}) as v) as banned where given.{{ column_name }} = v)
{%- endtest %}

{% test expect_column_values_to_be_unique(model, column_name) -%}
select {{ column_name }} from {{ model }} where {{ column_name }} is not null group by 1 having count(*) > 1
{%- endtest %}

{% test expect_compound_columns_to_be_unique(model, column_list) -%}
select {{ column_list | join(', ') }} from {{ model }}
where coalesce({{ column_list | join('::varchar, ') }}::varchar) is not null
group by all having count(*) > 1
{%- endtest %}

{% test expect_table_row_count_to_equal(model, value) -%}
{{ dbt_expectations.total_that_breaks(model, 'count(*)', value, value, none) }}
{%- endtest %}

{% test expect_table_row_count_to_be_between(model, min_value=none, max_value=none) -%}
{{ dbt_expectations.total_that_breaks(model, 'count(*)', min_value, max_value, none) }}
{%- endtest %}

{% test expect_column_min_to_be_between(model, column_name, min_value=none, max_value=none) -%}
{{ dbt_expectations.total_that_breaks(model, 'min(' ~ column_name ~ ')', min_value, max_value, none) }}
{%- endtest %}

{% test expect_column_max_to_be_between(model, column_name, min_value=none, max_value=none) -%}
{{ dbt_expectations.total_that_breaks(model, 'max(' ~ column_name ~ ')', min_value, max_value, none) }}
{%- endtest %}

{% test expect_column_mean_to_be_between(model, column_name, min_value=none, max_value=none) -%}
{{ dbt_expectations.total_that_breaks(model, 'avg(' ~ column_name ~ ')', min_value, max_value, none) }}
{%- endtest %}

{% test expect_column_sum_to_be_between(model, column_name, min_value=none, max_value=none) -%}
{{ dbt_expectations.total_that_breaks(model, 'sum(' ~ column_name ~ ')', min_value, max_value, none) }}
{%- endtest %}

{% test expect_column_unique_value_count_to_be_between(model, column_name, min_value=none, max_value=none) -%}
{{ dbt_expectations.total_that_breaks(model, 'count(distinct ' ~ column_name ~ ')', min_value, max_value, none) }}
{%- endtest %}

{% test expect_column_values_to_be_of_type(model, column_name, column_type) -%}
{{ dbt_expectations.columns_of_another_type(model, column_name, [column_type]) }}
{%- endtest %}

{% test expect_column_values_to_be_in_type_list(model, column_name, column_type_list) -%}
{{ dbt_expectations.columns_of_another_type(model, column_name, column_type_list) }}
{%- endtest %}
