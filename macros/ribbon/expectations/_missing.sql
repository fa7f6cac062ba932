{#- SQL that is true for the rows that a comparison of two columns judges: Great Expectations' ignore_row_if,
    both_values_are_missing, either_value_is_missing or neither. -#}
{% macro _judged_pairs(on, column_A, column_B, ignore_row_if) -%}
  {{ return(ribbon._judged_rows(on, [column_A, column_B], ignore_row_if, {
    'both_values_are_missing': 'all', 'either_value_is_missing': 'any', 'neither': 'none'})) }}
{%- endmacro %}

{#- The same for several columns: all_values_are_missing, any_value_is_missing or never. -#}
{% macro _judged_records(on, column_list, ignore_row_if) -%}
  {{ return(ribbon._judged_rows(on, column_list, ignore_row_if, {
    'all_values_are_missing': 'all', 'any_value_is_missing': 'any', 'never': 'none'})) }}
{%- endmacro %}

{% macro _judged_rows(on, columns, ignore_row_if, known) -%}
  {%- if ignore_row_if not in known -%}
    {%- do ribbon._contract_error(
      on.test, 'unknown value ' ~ ignore_row_if ~ ' for ignore_row_if', 'use one of ' ~ known | join(', ')) -%}
  {%- endif -%}
  {%- if known[ignore_row_if] == 'none' -%}
    {{ return('true') }}
  {%- elif known[ignore_row_if] == 'any' -%}
    {{ return(ribbon.all_present(columns)) }}
  {%- endif -%}
  {%- set present = [] -%}
  {%- for column in columns -%}{%- do present.append(adapter.quote(column) ~ ' is not null') -%}{%- endfor -%}
  {{ return('(' ~ present | join(' or ') ~ ')') }}
{%- endmacro %}
