{#- The calendar date of a UTC timestamp in a time zone. timestamp: SQL of type timestamp, in UTC. time_zone: an IANA name. -#}
{% macro local_date(timestamp, time_zone) -%}
  {{ return(adapter.dispatch('local_date', 'ribbon')(timestamp, time_zone)) }}
{%- endmacro %}

{% macro default__local_date(timestamp, time_zone) -%}
  cast({{ timestamp }} at time zone 'UTC' at time zone {{ ribbon.sql_literal(time_zone) }} as date)
{%- endmacro %}

{% macro bigquery__local_date(timestamp, time_zone) -%}
  date({{ timestamp }}, {{ ribbon.sql_literal(time_zone) }})
{%- endmacro %}
