{#- The layer of a node of the graph: 'lake', 'warehouse' or 'mart'; none for a model that no pattern places. Patterns are
    those of `vars: {ribbon: {layers: …}}` in dbt_project.yml, then those of `_default_placement`; of several that match, the
    most specific one decides. The Python part reads the same table: src/ribbon/project/layers.py. -#}
{% macro layer_of(node) -%}
  {{ return(ribbon._layer_placement(node).layer) }}
{%- endmacro %}

{#- The use case of a mart: what `<use_case>` of its pattern captured, else its group; none for others. -#}
{% macro use_case_of(node) -%}
  {{ return(ribbon._layer_placement(node).use_case) }}
{%- endmacro %}

{#- {layer, use_case, astray} of a node. astray: its pattern asks for the folder of a use case, and there is none. Kept in
    `graph` for the invocation, because macros are slow and every node is asked about for each of its readers. -#}
{% macro _layer_placement(node) -%}
  {%- set known = graph.setdefault('ribbon_placements', {}) if execute and graph is mapping else {} -%}
  {%- if node.unique_id in known -%}
    {{ return(known[node.unique_id]) }}
  {%- endif -%}
  {%- set declared = var('ribbon', {}).get('layers') -%}
  {%- set placement = ribbon._declared_placement(declared, node) if declared else none -%}
  {%- if not placement and node.resource_type == 'model' -%}
    {%- set placement = ribbon._default_placement(node.fqn[1:-1]) -%}
  {%- endif -%}
  {%- if not placement -%}
    {%- set layer = {'source': 'lake', 'seed': 'warehouse', 'snapshot': 'warehouse'}.get(node.resource_type | string) -%}
    {%- set placement = {'layer': layer, 'use_case': none, 'astray': false} -%}
  {%- elif placement.layer == 'mart' and not placement.use_case -%}
    {%- set placement = {'layer': 'mart', 'use_case': node.config.group or none, 'astray': placement.astray} -%}
  {%- endif -%}
  {%- do known.update({node.unique_id: placement}) -%}
  {{ return(placement) }}
{%- endmacro %}

{#- Layouts that people use: `**/mart/<use_case>`, `**/marts/<use_case>`, then `**/warehouse`, `**/staging` and
    `**/intermediate`. Written out, for patterns cost a hundred times as much. -#}
{% macro _default_placement(folders) -%}
  {%- for name in ['mart', 'marts'] if name in folders -%}
    {%- set use_case = (folders[folders.index(name) + 1 :] + [none])[0] -%}
    {{ return({'layer': 'mart', 'use_case': use_case, 'astray': use_case is none}) }}
  {%- endfor -%}
  {%- if 'warehouse' in folders or 'staging' in folders or 'intermediate' in folders -%}
    {{ return({'layer': 'warehouse', 'use_case': none, 'astray': false}) }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{#- The placement by the most specific pattern that the project declares; none where none matches. -#}
{% macro _declared_placement(layers, node) -%}
  {%- set best = namespace(rank=-1, placement=none) -%}
  {%- set path = '/' ~ node.fqn[1:] | join('/') ~ '/' -%}
  {%- for layer, patterns in layers.items() -%}
    {%- for pattern in ([patterns] if patterns is string else patterns) -%}
      {%- set start = pattern.split('<use_case>')[0].strip('*/') -%}
      {%- set likely = ':' in pattern or not start or '/' ~ start ~ '/' in path -%}
      {%- set match = ribbon._pattern_match(pattern, node) if likely else none -%}
      {%- if match and match.rank > best.rank -%}
        {%- set best.rank = match.rank -%}
        {%- set best.placement = {'layer': layer, 'use_case': match.use_case or none, 'astray': match.astray} -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(best.placement) }}
{%- endmacro %}

{#- {rank, use_case, astray} of a pattern that matches a node, else none. A tag or a schema is a decision about one model
    and outranks every folder; of folders, the pattern of more folders ranks higher. -#}
{% macro _pattern_match(pattern, node) -%}
  {%- if pattern.startswith('tag:') -%}
    {%- set tags = [node.config.tags] if node.config.tags is string else (node.config.tags or []) -%}
    {%- set tagged = pattern[4:] | trim in tags or pattern[4:] | trim in (node.tags or []) -%}
    {{ return({'rank': 1000, 'use_case': none, 'astray': false} if tagged else none) }}
  {%- elif pattern.startswith('schema:') -%}
    {%- set use_case = ribbon._captured_in_text(pattern[7:] | trim, node.config.schema or '') -%}
    {%- set use_case = ribbon._captured_in_text(pattern[7:] | trim, node.schema or '') if use_case is none else use_case -%}
    {{ return(none if use_case is none else {'rank': 1000, 'use_case': use_case, 'astray': false}) }}
  {%- endif -%}
  {%- set parts = pattern.strip('/').split('/') -%}
  {%- set anywhere = parts[0] == '**' -%}
  {%- set parts = parts[1:] if anywhere else parts -%}
  {%- set names = node.fqn[1:-1] if anywhere or '<use_case>' in parts else node.fqn[1:] -%}
  {%- set found = namespace(match=none) -%}
  {%- for start in (range(node.fqn | length - 1) if anywhere else [0]) -%}
    {%- set use_case = ribbon._captured_in_folders(parts, names[start:]) -%}
    {%- if found.match is none and use_case is not none -%}
      {%- set astray = '<use_case>' in parts and use_case == '' -%}
      {%- set found.match = {'rank': parts | length, 'use_case': use_case, 'astray': astray} -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(found.match) }}
{%- endmacro %}

{#- What `<use_case>` stands for in a name that matches, '' where the pattern has none; none where it does not match. -#}
{% macro _captured_in_text(pattern, name) -%}
  {%- set ends = pattern.split('<use_case>') -%}
  {%- if ends | length == 1 -%}
    {{ return('' if name == pattern else none) }}
  {%- endif -%}
  {%- set long_enough = name | length > ends[0] | length + ends[1] | length -%}
  {%- if long_enough and name.startswith(ends[0]) and name.endswith(ends[1]) -%}
    {{ return(name[ends[0] | length : name | length - ends[1] | length]) }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{#- The same of folders. A trailing `<use_case>` needs no folder to be there. -#}
{% macro _captured_in_folders(parts, names) -%}
  {%- set state = namespace(matches=true, use_case='') -%}
  {%- for part in parts -%}
    {%- if state.matches and loop.index0 >= names | length -%}
      {%- set state.matches = loop.last and part == '<use_case>' -%}
    {%- elif state.matches and part == '<use_case>' -%}
      {%- set state.use_case = names[loop.index0] -%}
    {%- elif state.matches and part != names[loop.index0] -%}
      {%- set state.matches = false -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(state.use_case if state.matches else none) }}
{%- endmacro %}
