{#- What a measure is made of. An expectation `x` is a macro `default__measure_x(on, …arguments…)` that returns one of these; the
    gate adds up the measures of a model into one statement (gate/plan.sql), and the test `x` is built from the same measure.
    on: {prefix, relation, test}: a prefix for the names of aggregates, what is measured, and the test's node.

    rows        an expectation of each row. columns: the columns its predicates read, as named in the contract.
                unexpected: SQL, true for an unexpected row, never null. counted: SQL, true for the rows that are judged (Great
                Expectations leaves out those whose value is null). derived: {name: SQL} columns that `unexpected` reads besides;
                with windowed, they are window functions over the counted rows. mostly: the share of counted rows, 0 to 1, that
                must be as expected. costly: whether a look at each distinct value beats a look at each row.
                failures: what dbt is told, `rows` or distinct `values`.
    duplicates  no two counted rows share the columns; with nulls_break, none of them is null either. keep: `first` by order_by
                leaves one row of each group out of quarantine.
    aggregate   an expectation of the whole table. aggregates: {name: SQL} over its rows, names prefixed. met, observed: SQL over
                those names. values_of: aggregates run over (columns, count_of(columns)), a row per distinct value, no nulls.
                derived: {name: SQL} columns that aggregates read besides. others: {name: SQL} scalar queries of others.
    constant    known without a scan: met and observed are values.

    row_condition: SQL that picks the rows the expectation speaks of. -#}
{% macro rows_measure(
  columns, unexpected, counted=none, mostly=1, row_condition=none, derived={}, windowed=false, costly=false, failures='rows'
) -%}
  {{ return({
    'form': 'rows', 'columns': columns, 'unexpected': unexpected, 'counted': counted or ribbon.all_present(columns),
    'mostly': mostly, 'row_condition': row_condition, 'derived': derived, 'windowed': windowed, 'costly': costly,
    'failures': failures,
  }) }}
{%- endmacro %}

{% macro duplicates_measure(
  columns, counted, mostly=1, row_condition=none, keep=none, order_by=none, failures='rows', nulls_break=false
) -%}
  {{ return({
    'form': 'duplicates', 'columns': columns, 'counted': counted, 'mostly': mostly, 'row_condition': row_condition,
    'keep': keep, 'order_by': order_by, 'failures': failures, 'nulls_break': nulls_break,
  }) }}
{%- endmacro %}

{% macro aggregate_measure(
  aggregates, met, observed, row_condition=none, values_of=none, derived={}, others={}, columns=[]
) -%}
  {{ return({
    'form': 'aggregate', 'aggregates': aggregates, 'met': met, 'observed': observed, 'row_condition': row_condition,
    'values_of': values_of, 'derived': derived, 'others': others, 'columns': columns,
  }) }}
{%- endmacro %}

{% macro constant_measure(met, observed) -%}
  {{ return({'form': 'constant', 'met': met, 'observed': observed, 'columns': []}) }}
{%- endmacro %}

{#- SQL that is true where every one of the columns has a value. -#}
{% macro all_present(columns) -%}
  {%- set said = [] -%}
  {%- for column in columns -%}{%- do said.append(adapter.quote(column) ~ ' is not null') -%}{%- endfor -%}
  {{ return(said | join(' and ') or 'true') }}
{%- endmacro %}

{#- The name of the number of rows of each distinct value: ribbon_n, unless one of the columns is called so. -#}
{% macro count_of(columns) -%}{{ return(ribbon.free_name('ribbon_n', columns | map('lower') | list)) }}{%- endmacro %}

{#- `name`, with underscores behind it until none of `names`, which are in lower case, is called so: a name of ours beside a
    model's columns. -#}
{% macro free_name(name, names) -%}
  {%- set tried = [name] -%}
  {%- for _ in names if tried[-1] in names -%}{%- do tried.append(tried[-1] ~ '_') -%}{%- endfor -%}
  {{ return(tried[-1]) }}
{%- endmacro %}

{#- Literals of a list, for `in (…)`. -#}
{% macro sql_literals(values) -%}
  {%- set said = [] -%}
  {%- for value in values -%}{%- do said.append(ribbon.sql_literal(value)) -%}{%- endfor -%}
  {{ return(said | join(', ')) }}
{%- endmacro %}
