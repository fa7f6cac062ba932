{#- A row for each day from the first up to, without, the last: powers of two, so that it runs everywhere. -#}
{% macro date_spine(first, last) %}
    with bits as (
        select 0 as bit union all select 1
    ),

    numbers as (
        select
            {%- for power in range(9) %}
            b{{ power }}.bit * {{ 2 ** power }}{{ ' +' if not loop.last }}
            {%- endfor %} as number
        from bits as b0
        {%- for power in range(1, 9) %}
        cross join bits as b{{ power }}
        {%- endfor %}
    ),

    spine as (
        select cast(date '{{ first }}' + cast(number as integer) as date) as day
        from numbers
        order by number
    )

    select day
    from spine
    where day < date '{{ last }}'
{% endmacro %}
