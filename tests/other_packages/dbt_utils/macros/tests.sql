{#- Tests by the names, arguments and verdicts of the package dbt_utils, in our own words: what a measure is compared with. -#}
{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) -%}
select * from {{ model }} where false
{% if min_value is not none %}or not {{ column_name }} {{ '>=' if inclusive else '>' }} {{ min_value }}{% endif %}
{% if max_value is not none %}or not {{ column_name }} {{ '<=' if inclusive else '<' }} {{ max_value }}{% endif %}
{%- endtest %}

{% test expression_is_true(model, expression, column_name='') -%}
select * from {{ model }} where not ({{ column_name }} {{ expression }})
{%- endtest %}

{% test not_empty_string(model, column_name, trim_whitespace=true) -%}
select * from {{ model }} where {{ 'trim(' ~ column_name ~ ')' if trim_whitespace else column_name }} = ''
{%- endtest %}

{% test unique_combination_of_columns(model, combination_of_columns) -%}
{%- set keys = combination_of_columns | join(', ') -%}
select {{ keys }} from {{ model }} group by {{ keys }} having count(*) > 1
{%- endtest %}

{% test not_constant(model, column_name) -%}
select count(distinct {{ column_name }}) as n from {{ model }} having n = 1
{%- endtest %}

{% test at_least_one(model, column_name) -%}
select count({{ column_name }}) as n from {{ model }} having n = 0
{%- endtest %}
