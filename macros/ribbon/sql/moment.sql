{#- A moment as the history keeps it, in UTC: `{'utc': text}`, for `sql_tuple`, or as SQL. dbt 1 has datetimes, dbt 2 in places
    their text. None stays none. -#}
{% macro moment(time) -%}
  {%- if time is none or not time -%}{{ return(none) }}{%- endif -%}
  {%- set text = time | replace('T', ' ') if time is string else time.strftime('%Y-%m-%d %H:%M:%S.%f') -%}
  {{ return({'utc': text[:26]}) }}
{%- endmacro %}

{% macro utc_now() -%}{{ return(ribbon.moment(modules.datetime.datetime.now(modules.pytz.utc))) }}{%- endmacro %}

{% macro sql_moment(moment) -%}
  {{ return("cast('" ~ moment.utc ~ "' as timestamp)") }}
{%- endmacro %}
