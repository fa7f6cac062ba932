{#- An argument as dbt would hand it to the test. Arguments arrive as written: vars are rendered here, relations are resolved
    through what the test depends on, because ref() refuses a node that is no parent of the running one. Text is a call where dbt
    takes it for one: as a whole, with its closing parenthesis. -#}
{% macro _argument(value, test) -%}
  {#- Most have no call in them, and macros are slow. -#}
  {%- set said = value | string -%}
  {%- if '(' not in said and '{{' not in said -%}{{ return(value) }}{%- endif -%}
  {%- if value is string -%}
    {%- set text = value | trim -%}
    {%- set call = text[2:-2] | trim if text.startswith('{{') and text.endswith('}}') else text -%}
    {%- set function = modules.re.match('(env_var|ref|var|source)\\s*\\(.+\\)$', call) -%}
    {%- if function and function.group(1) in ['ref', 'source'] -%}
      {{ return(ribbon._other_relation(test, call)) }}
    {%- elif function or '{{' in text -%}
      {%- set is_one = function or (text[:3] != '{{-' and text[-3:] != '-}}' and call != text and '{{' not in call) -%}
      {%- set said = ribbon._value_of(call) if is_one and not ribbon.is_dbt_2()
        else render('{{ ' ~ call ~ ' }}' if function else value) -%}
      {{ return(fromjson(said, said) if said is string else said) }}
    {%- endif -%}
  {%- elif value is mapping -%}
    {%- set items = {} -%}
    {%- for name, item in value.items() -%}{%- do items.update({name: ribbon._argument(item, test)}) -%}{%- endfor -%}
    {{ return(items) }}
  {%- elif value is sequence -%}
    {%- set items = [] -%}
    {%- for item in value -%}{%- do items.append(ribbon._argument(item, test)) -%}{%- endfor -%}
    {{ return(items) }}
  {%- endif -%}
  {{ return(value) }}
{%- endmacro %}

{#- The value of an expression, as dbt hands it to a test. Rendered, a list would be its text. -#}
{% macro _value_of(expression) -%}
  {%- set values = ribbon.gate_state().setdefault('values', {}) -%}
  {%- do render('{' ~ '% do graph["ribbon"]["values"].update({thread_id: (' ~ expression ~ ')}) %' ~ '}') -%}
  {{ return(values[thread_id]) }}
{%- endmacro %}

{#- The relation that a test names by `call` besides the one it measures: of several, the one with that name. -#}
{% macro _other_relation(test, call) -%}
  {%- set measured = ribbon._measured_node(test) -%}
  {%- set others = test.depends_on.nodes | reject('equalto', measured) | list -%}
  {%- for other in others -%}
    {%- set node = graph.nodes.get(other) or graph.sources[other] -%}
    {%- if modules.re.search('[\'"]' ~ modules.re.escape(node.name) ~ '[\'"]', call) -%}
      {{ return(ribbon._relation_of_node(other)) }}
    {%- endif -%}
  {%- endfor -%}
  {{ return(ribbon._relation_of_node((others or [measured])[0])) }}
{%- endmacro %}

{#- Whether a test names the relation that it measures once more, as `relationships` of a tree does. -#}
{% macro _names_itself(test) -%}
  {%- set said = [] -%}
  {%- for name, value in test.test_metadata.kwargs.items() if name != 'model' and value is string -%}
    {%- if 'ref(' in value and modules.re.match('(\{\{\s*)?ref\(', value | trim) -%}{%- do said.append(name) -%}{%- endif -%}
  {%- endfor -%}
  {{ return(said and test.depends_on.nodes | length == 1) }}
{%- endmacro %}

{#- The arguments of an expectation. A test that names its own model means what is measured, `itself`, and not the table that
    readers see by now. -#}
{% macro _arguments_of(expectation) -%}
  {%- set arguments = dict(expectation.arguments) -%}
  {%- if expectation.itself and expectation.test.test_metadata and ribbon._names_itself(expectation.test) -%}
    {%- set live = ribbon._relation_of_node(ribbon._measured_node(expectation.test)) | string -%}
    {%- for name, value in expectation.arguments.items() if value | string == live -%}
      {%- do arguments.update({name: expectation.itself}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(arguments) }}
{%- endmacro %}

{#- The relation of a node. A source of dbt-duckdb's may be a file, which only source() knows. -#}
{% macro _relation_of_node(unique_id) -%}
  {%- set node = graph.nodes.get(unique_id) or graph.sources[unique_id] -%}
  {%- if unique_id in graph.sources and 'external_location' in [node.meta, node.source_meta, node.config] | string -%}
    {{ return(builtins.source(node.source_name, node.name)) }}
  {%- endif -%}
  {%- set place = node.defer_relation if node.get('defer_relation') and ribbon._is_deferred(node) else node -%}
  {%- set identifier = place.get('identifier') or place.get('alias') or node.name -%}
  {{ return(api.Relation.create(database=place.database, schema=place.schema, identifier=identifier)) }}
{%- endmacro %}

{#- dbt's rule of --defer: the other environment's relation where this one has none, or where --favor-state asks for it. -#}
{% macro _is_deferred(node) -%}
  {#- dbt 2 names the other relation of what is built, too. -#}
  {%- if not invocation_args_dict.get('defer') or node.unique_id in selected_resources -%}{{ return(false) }}{%- endif -%}
  {%- if invocation_args_dict.get('favor_state') -%}{{ return(true) }}{%- endif -%}
  {{ return(adapter.get_relation(node.database, node.schema, node.get('identifier') or node.alias) is none) }}
{%- endmacro %}
