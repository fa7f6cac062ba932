{#- Verdicts are kept by test. Those of a batch wait until all batches are there, which may run side by side. -#}
{% macro keep_verdicts(verdicts) -%}
  {%- for verdict in verdicts -%}
    {%- if model.get('batch') -%}
      {%- set of_test = ribbon.gate_state()['of_batches'].setdefault(verdict.test_id, {}) -%}
      {%- do of_test.setdefault(ribbon._running(), []).append(verdict) -%}
    {%- else -%}
      {%- do ribbon._keep_verdict(verdict, of_batch=false) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{#- The verdicts of this invocation by test, once no batch is under way that has one of them. -#}
{% macro kept_verdicts() -%}
  {%- set waiting = ribbon.gate_state()['of_batches'] -%}
  {%- for test_id in waiting.keys() | list -%}
    {%- set batches = waiting.pop(test_id, {}) -%}
    {%- for batch in batches | sort -%}
      {%- for verdict in batches[batch] -%}{%- do ribbon._keep_verdict(verdict, of_batch=true) -%}{%- endfor -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(ribbon.gate_state()['verdicts']) }}
{%- endmacro %}

{#- Of several batches the worst verdict is kept, and of an expectation of each row the rows add up. That rows were set aside is
    kept where the merged table is fine. -#}
{% macro _keep_verdict(verdict, of_batch) -%}
  {%- set kept = ribbon.gate_state()['verdicts'] -%}
  {%- set other = kept.get(verdict.test_id) -%}
  {%- set was_worse = other and (other.quarantined or (of_batch and other.status != 'pass')) -%}
  {%- if other and of_batch and ribbon._is_of_each_row(verdict.expectation) -%}
    {%- do kept.update({verdict.test_id: dict(verdict, **ribbon._of_both_batches(other, verdict))}) -%}
  {%- elif not (verdict.status == 'pass' and was_worse) -%}
    {%- do kept.update({verdict.test_id: verdict}) -%}
  {%- endif -%}
{%- endmacro %}

{% macro _of_both_batches(one, other) -%}
  {%- set worst = one if one.status == 'fail' or other.status == 'pass' else other -%}
  {%- set both = {'status': worst.status, 'message': worst.message} -%}
  {%- for name in ['should_warn', 'should_error'] -%}{%- do both.update({name: one[name] or other[name]}) -%}{%- endfor -%}
  {%- for name in ['element_count', 'unexpected_count', 'failures', 'quarantined'] -%}
    {%- do both.update({name: one[name] + other[name]}) -%}
  {%- endfor -%}
  {{ return(both) }}
{%- endmacro %}
