{#- What of a node is never shown. A column is restricted where its contract says `meta: {restricted: true}`, and where it is made
    from one that is, unless its contract says `restricted: false` and why (`because`). What a column is made from, dbt cannot
    say: Ribbon finds it in the SQL and leaves it in the history's table `clear_columns`. Where nothing is known for the SQL as
    it is now, every column of a node counts as restricted that reads, however far up, a node with restricted columns.

    restriction_of: {names: restricted for sure, in lower case; treated: taken out by their contract; reads: whether it reads
    restricted columns; cleared: the columns known to be made from none, or none where nothing is known} -#}
{% macro restriction_of(node) -%}
  {%- set known = ribbon.gate_state().setdefault('restrictions', {}) -%}
  {%- if node.unique_id not in known -%}
    {%- set above = ribbon._restricted_above(node) -%}
    {%- set declared = ribbon._declared_restrictions(node) -%}
    {%- set found = ribbon._found_by_lineage(node, above) if above else {'cleared': [], 'restricted': []} -%}
    {%- do known.update({node.unique_id: {
      'names': declared.names + found.restricted, 'treated': declared.treated, 'reads': above | length > 0,
      'cleared': found.cleared,
    }}) -%}
  {%- endif -%}
  {{ return(known[node.unique_id]) }}
{%- endmacro %}

{#- Whether values of a column are hidden. Names of columns that the node does not have may be of derived ones, so they are, too,
    where anything is. -#}
{% macro hides(restriction, name) -%}
  {%- set name = name | lower -%}
  {{ return(name in restriction.names or (restriction.reads and name not in restriction.treated
    and name not in (restriction.cleared or []))) }}
{%- endmacro %}

{#- Whether a node has, or reads, anything restricted, so that an error of it may quote a value. node: also a test. -#}
{% macro is_near_restricted(node) -%}
  {%- set near = ribbon._near_restricted() -%}
  {%- for unique_id in [node.unique_id] + ribbon._parents(node) if unique_id in near -%}{{ return(true) }}{%- endfor -%}
  {{ return(false) }}
{%- endmacro %}

{#- Whether an expectation speaks of a restricted column, so that what was observed may show its values. -#}
{% macro _names_restricted(expectation, node) -%}
  {%- set restriction = ribbon.restriction_of(node) -%}
  {%- if restriction.reads and restriction.cleared is none -%}{{ return(true) }}{%- endif -%}
  {%- set said = (tojson(expectation.test.test_metadata.kwargs) ~ ' ' ~ expectation.test.config.where) | lower -%}
  {%- for name in restriction.names if modules.re.search('\\b' ~ modules.re.escape(name) ~ '\\b', said) -%}
    {{ return(true) }}
  {%- endfor -%}
  {{ return(false) }}
{%- endmacro %}

{#- What a database or dbt says of a node, up to the words that may quote a value: as `masked` in src/ribbon/masking.py, which
    knows the words themselves. -#}
{% macro masked(text, node) -%}
  {%- if text and node and ribbon.is_near_restricted(node) -%}
    {%- set kinds = modules.re.findall(ribbon._errors_of_values(), text) -%}
    {%- if kinds -%}
      {{ return(text.split(kinds[0])[0] ~ kinds[0] ~ ' not shown, for values of restricted columns could be in it') }}
    {%- endif -%}
  {%- endif -%}
  {{ return(text) }}
{%- endmacro %}

{#- DuckDB's errors that come of values. -#}
{% macro _errors_of_values() -%}
  {{ return('\\b(?:(?:Conversion|Constraint|Data|Decimal|Divide by Zero|Executor|Expression|INTERNAL|Index|Invalid|Invalid Input'
    ~ '|Invalid type|Mismatch Type|Not implemented|Object Size|Out of Range|Sequence|Serialization|TransactionContext'
    ~ '|Unknown Type) Error|Python model failed):') }}
{%- endmacro %}

{% macro _node(unique_id) -%}{{ return(graph.nodes.get(unique_id) or graph.sources.get(unique_id)) }}{%- endmacro %}

{#- {names, treated}: what the contract of a node says, in lower case: databases fold case. -#}
{% macro _declared_restrictions(node) -%}
  {%- set names, treated = [], [] -%}
  {%- for column in (node.columns or {}).values() if column.meta or column.get('config') -%}
    {%- set meta = dict(column.meta or {}, **((column.get('config') or {}).get('meta') or {})) -%}
    {%- if meta.get('restricted') -%}
      {%- do names.append(column.name | lower) -%}
    {%- elif meta.get('restricted') is false and meta.get('because') -%}
      {%- do treated.append(column.name | lower) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return({'names': names, 'treated': treated}) }}
{%- endmacro %}

{#- The unique ids of the nodes that have restricted columns, or read a node that does, however far up; found once. -#}
{% macro _near_restricted() -%}
  {%- if 'near' not in ribbon.gate_state() -%}
    {%- set near, readers = {}, {} -%}
    {%- for node in graph.nodes.values() | list + graph.sources.values() | list if node.resource_type != 'test' -%}
      {%- if node.columns and ribbon._declared_restrictions(node).names -%}
        {%- do near.update({node.unique_id: true}) -%}
      {%- endif -%}
      {%- for parent in ribbon._parents(node) -%}{%- do readers.setdefault(parent, []).append(node.unique_id) -%}{%- endfor -%}
    {%- endfor -%}
    {%- set found = {'new': near.keys() | list} -%}
    {%- for step in range(readers | length + 1) if near -%}
      {%- set new = [] -%}
      {%- for unique_id in found.new -%}
        {%- for reader in readers.get(unique_id, []) if reader not in near -%}
          {%- do near.update({reader: true}) -%}
          {%- do new.append(reader) -%}
        {%- endfor -%}
      {%- endfor -%}
      {%- do found.update({'new': new}) -%}
    {%- endfor -%}
    {%- do ribbon.gate_state().update({'near': near}) -%}
  {%- endif -%}
  {{ return(ribbon.gate_state()['near']) }}
{%- endmacro %}

{#- Those of them that a node reads, however far up. -#}
{% macro _restricted_above(node) -%}
  {%- set near, above = ribbon._near_restricted(), {} -%}
  {%- set found = {'new': [node]} -%}
  {%- for step in near -%}
    {%- set new = [] -%}
    {%- for each in found.new -%}
      {%- for parent in ribbon._parents(each) if parent in near and parent not in above -%}
        {%- do above.update({parent: true}) -%}
        {%- do new.append(ribbon._node(parent)) -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- do found.update({'new': new}) -%}
  {%- endfor -%}
  {{ return(above.keys() | list) }}
{%- endmacro %}

{% macro _parents(node) -%}{{ return((node.get('depends_on') or {}).get('nodes') or []) }}{%- endmacro %}

{#- What lineage found of the columns of a node that reads `above`; cleared is none where it has not looked at the SQL of now. -#}
{% macro _found_by_lineage(node, above) -%}
  {%- set found = ribbon.gate_state().get('clear_columns', {}).get(node.unique_id) -%}
  {{ return(found if found and found.state == ribbon._state_of_sql(node, above) else {'cleared': none, 'restricted': []}) }}
{%- endmacro %}

{#- What changes with the SQL of a node, with that of what it reads, and with what is restricted there. As `_state_of_sql` in
    src/ribbon/lineage/restricted.py. -#}
{% macro _state_of_sql(node, above) -%}
  {%- set parts = [] -%}
  {%- for unique_id in [node.unique_id] + above -%}
    {%- set each = ribbon._node(unique_id) -%}
    {%- set declared = ribbon._declared_restrictions(each) -%}
    {%- do parts.append([
      unique_id, (each.get('checksum') or {}).get('checksum', ''), declared.names | sort | join(','),
      declared.treated | sort | join(',')
    ] | join(' ')) -%}
  {%- endfor -%}
  {{ return(local_md5(parts | sort | join('\n'))) }}
{%- endmacro %}

{#- What Ribbon's lineage left in the history, read when a run begins. -#}
{% macro _recall_clear_columns(schema) -%}
  {%- set found = {} -%}
  {%- for row in run_query('select node_id, state, clear, restricted from ' ~ schema ~ '.clear_columns').rows -%}
    {%- do found.update({row['node_id']: {
      'state': row['state'], 'cleared': fromjson(row['clear'], []), 'restricted': fromjson(row['restricted'], [])
    }}) -%}
  {%- endfor -%}
  {%- do ribbon.gate_state().update({'clear_columns': found}) -%}
{%- endmacro %}
