{#- An argument as its macro wants it. Arguments arrive as written: vars are rendered here, relations are resolved through what
    the test depends on, because ref() refuses a node that is no parent of the running one. -#}
{% macro _argument(value, test) -%}
  {%- if value is string -%}
    {%- set text = value | trim -%}
    {%- set call = text[2:-2] | trim if text.startswith('{{') and text.endswith('}}') else text -%}
    {%- if call.startswith('ref(') or call.startswith('source(') -%}
      {{ return(ribbon._other_relation(test)) }}
    {%- elif call.startswith('var(') or call.startswith('env_var(') -%}
      {%- set said = render('{{ ' ~ call ~ ' }}') -%}
      {{ return(fromjson(said, said)) }}
    {%- elif '{{' in text -%}
      {%- set said = render(value) -%}
      {{ return(fromjson(said, said)) }}
    {%- endif -%}
  {%- elif value is sequence and value is not mapping -%}
    {%- set items = [] -%}
    {%- for item in value -%}{%- do items.append(ribbon._argument(item, test)) -%}{%- endfor -%}
    {{ return(items) }}
  {%- endif -%}
  {{ return(value) }}
{%- endmacro %}

{#- The relation that a test names besides the one it measures; under --defer, the deferred one where dbt says so. -#}
{% macro _other_relation(test) -%}
  {%- set measured = ribbon._measured_node(test) -%}
  {%- set others = test.depends_on.nodes | reject('equalto', measured) | list -%}
  {{ return(ribbon._relation_of_node((others or [measured])[0])) }}
{%- endmacro %}

{#- Whether a test names the relation that it measures once more, as `relationships` of a tree does. -#}
{% macro _names_itself(test) -%}
  {%- set said = [] -%}
  {%- for name, value in test.test_metadata.kwargs.items() if name != 'model' and value is string -%}
    {%- if modules.re.match('(\{\{\s*)?ref\(', value | trim) -%}{%- do said.append(name) -%}{%- endif -%}
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

{% macro _relation_of_node(unique_id) -%}
  {%- set node = graph.nodes.get(unique_id) or graph.sources[unique_id] -%}
  {%- set place = node.get('defer_relation') if node.get('defer_relation') and unique_id not in selected_resources else node -%}
  {%- set identifier = place.get('identifier') or place.get('alias') or node.name -%}
  {{ return(api.Relation.create(database=place.database, schema=place.schema, identifier=identifier)) }}
{%- endmacro %}
