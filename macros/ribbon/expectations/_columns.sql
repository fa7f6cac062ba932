{#- The columns of what is measured, in their order: {name, type}, names and types in lower case, because the engines do not
    tell cases apart. Those of a batch at the lake's door are told with it. -#}
{% macro _columns_measured(on) -%}
  {%- if on.columns -%}
    {%- set columns = [] -%}
    {%- for column in on.columns -%}
      {%- do columns.append({'name': column.name | lower, 'type': column.type | lower}) -%}
    {%- endfor -%}
    {{ return(columns) }}
  {%- endif -%}
  {{ return(adapter.dispatch('_columns_measured', 'ribbon')(on)) }}
{%- endmacro %}

{% macro default___columns_measured(on) -%}
  {%- set columns = [] -%}
  {%- for row in run_query('describe select * from ' ~ on.relation).rows -%}
    {%- do columns.append({'name': row['column_name'] | lower, 'type': row['column_type'] | lower}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}

{% macro bigquery___columns_measured(on) -%}
  {%- set columns = [] -%}
  {%- for column in adapter.get_column_schema_from_query('select * from ' ~ on.relation ~ ' limit 0') -%}
    {%- do columns.append({'name': column.name | lower, 'type': column.data_type | lower}) -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}

{#- The measure of a column's type against a list of names; without a list, any type will do. -#}
{% macro _type_measure(on, column, types) -%}
  {%- set found = ribbon._columns_measured(on) | selectattr('name', 'equalto', column | lower) | list -%}
  {%- if not found -%}
    {%- do ribbon._contract_error(on.test, 'there is no column ' ~ column, 'use a column of the model') -%}
  {%- endif -%}
  {%- set actual = found[0].type -%}
  {%- if types is none -%}{{ return(ribbon.constant_measure(true, actual)) }}{%- endif -%}
  {%- for type in types -%}
    {%- set exact = '(' in type or '<' in type -%}
    {%- if ribbon._same_type(actual if exact else actual.split('(')[0], type | lower) -%}
      {{ return(ribbon.constant_measure(true, actual)) }}
    {%- endif -%}
  {%- endfor -%}
  {{ return(ribbon.constant_measure(false, actual)) }}
{%- endmacro %}

{% macro _same_type(one, other) -%}
  {%- set names = ribbon._type_names() -%}
  {%- set one = one | trim | replace(', ', ',') -%}
  {%- set other = other | trim | replace(', ', ',') -%}
  {{ return(names.get(one, one) == names.get(other, other)) }}
{%- endmacro %}

{#- The engine's own name of a type, by the other names that people give it. -#}
{% macro _type_names() -%}
  {{ return(adapter.dispatch('_type_names', 'ribbon')()) }}
{%- endmacro %}

{% macro default___type_names() -%}
  {{ return({
    'int8': 'bigint', 'long': 'bigint', 'int64': 'bigint', 'int': 'integer', 'int4': 'integer', 'int32': 'integer',
    'signed': 'integer', 'int2': 'smallint', 'short': 'smallint', 'int16': 'smallint', 'int1': 'tinyint',
    'string': 'varchar', 'str': 'varchar', 'text': 'varchar', 'char': 'varchar', 'bpchar': 'varchar', 'nvarchar': 'varchar',
    'bool': 'boolean', 'logical': 'boolean', 'float8': 'double', 'float64': 'double', 'double precision': 'double',
    'double_precision': 'double', 'float4': 'float', 'float32': 'float', 'real': 'float', 'numeric': 'decimal',
    'datetime': 'timestamp', 'datetime64': 'timestamp', 'timestamp without time zone': 'timestamp',
    'timestamptz': 'timestamp with time zone', 'bytes': 'blob', 'bytea': 'blob', 'binary': 'blob', 'varbinary': 'blob',
  }) }}
{%- endmacro %}

{% macro bigquery___type_names() -%}
  {{ return({
    'bigint': 'int64', 'integer': 'int64', 'int': 'int64', 'smallint': 'int64', 'tinyint': 'int64', 'byteint': 'int64',
    'varchar': 'string', 'text': 'string', 'str': 'string', 'char': 'string', 'double': 'float64', 'float': 'float64',
    'boolean': 'bool', 'decimal': 'numeric', 'bigdecimal': 'bignumeric', 'blob': 'bytes',
    'timestamp with time zone': 'timestamp', 'timestamptz': 'timestamp',
  }) }}
{%- endmacro %}
