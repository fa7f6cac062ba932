{#- What the free text of a package size says. A size is a pack count, a number and a unit; the patterns below are
    tried in order, and what none of them reads stays null rather than guessed. Five digits in a row are an item
    code, so no number is that long. docs/warehouse/product/product_package.md has the figures of each doubt. -#}
{% set number = '(?:[0-9]{0,3}[.][0-9]+|[0-9]{1,4})' %}
{% set fraction = '(?:1/2|[12]/3|[13]/4|[1357]/8|(?:[13579]|1[135])/16)' %}
{% set unit = '([A-Z]+(?: [A-Z]+)?)' %}
{% set packs = '(?:PK|CT|PC|P)' %}

{#- What could be read in two ways: a bound, a carton of whatever, pieces that weigh this each or in all, fruit
    sorted by size, and 3/8, which is a fraction or three packs. -#}
{% set doubtful = [
    '^(?:UNDER|OVER) ',
    ' CTN$',
    '(?:CT|PC) */ *' ~ number ~ ' *(?:OZ|Z)$',
    '(?:OZ|Z) */ *[0-9]+ *(?:CT|PC)$',
    '^[0-9][0-9]/[0-9]+ *CT$',
    '^3/8 *OZ$',
] | join('|') %}
{% set pack_then_size = '^[0-9]{1,3} *' ~ packs ~ ' */ *' ~ number ~ ' *[A-Z ]+$' %}
{% set size_then_pack = '^' ~ number ~ ' *[A-Z ]+/ *[0-9]{1,3} *' ~ packs ~ '$' %}
{% set mixed_fraction = '^[0-9]{1,2}[ -]' ~ fraction ~ ' *[A-Z ]+$' %}
{% set proper_fraction = '^' ~ fraction ~ ' *[A-Z ]+$' %}
{% set packs_of_size = '^[0-9]{1,3}/' ~ number ~ ' *[A-Z ]+$' %}
{% set plain_size = '^(?:[A-Z]+ +)?' ~ number ~ '[ -]*[A-Z ]+$' %}

with

products as (
    select * from {{ ref('product_latest') }}
),

units as (
    select * from {{ ref('package_unit') }}
),

texts as (
    select distinct package_size_text
    from products
    where package_size_text is not null
),

recognized as (
    select
        package_size_text,
        case
            when {{ ribbon.regexp_found('package_size_text', doubtful) }} then null
            when {{ ribbon.regexp_found('package_size_text', pack_then_size) }} then 'pack then size'
            when {{ ribbon.regexp_found('package_size_text', size_then_pack) }} then 'size then pack'
            when {{ ribbon.regexp_found('package_size_text', mixed_fraction) }} then 'mixed fraction'
            when {{ ribbon.regexp_found('package_size_text', proper_fraction) }} then 'proper fraction'
            when {{ ribbon.regexp_found('package_size_text', packs_of_size) }} then 'packs of size'
            when {{ ribbon.regexp_found('package_size_text', plain_size) }} then 'plain size'
        end as package_pattern
    from texts
),

pieces as (
    select
        package_size_text,
        package_pattern,
        case package_pattern
            when 'pack then size' then {{ ribbon.regexp_group('package_size_text', '^([0-9]+)') }}
            when 'size then pack' then {{ ribbon.regexp_group('package_size_text', '/ *([0-9]+) *' ~ packs ~ '$') }}
            when 'packs of size' then {{ ribbon.regexp_group('package_size_text', '^([0-9]+)/') }}
            else '1'
        end as count_text,
        case package_pattern
            when 'pack then size' then {{ ribbon.regexp_group('package_size_text', '/ *(' ~ number ~ ')') }}
            when 'packs of size' then {{ ribbon.regexp_group('package_size_text', '/ *(' ~ number ~ ')') }}
            when 'proper fraction' then '0'
            else {{ ribbon.regexp_group('package_size_text', '(' ~ number ~ ')') }}
        end as size_text,
        case
            when package_pattern in ('mixed fraction', 'proper fraction')
                then {{ ribbon.regexp_group('package_size_text', '([0-9]+)/') }}
        end as numerator_text,
        case
            when package_pattern in ('mixed fraction', 'proper fraction')
                then {{ ribbon.regexp_group('package_size_text', '/([0-9]+)') }}
        end as denominator_text,
        case
            when package_pattern = 'size then pack'
                then {{ ribbon.regexp_group('package_size_text', '^' ~ number ~ ' *' ~ unit ~ ' */') }}
            else {{ ribbon.regexp_group('package_size_text', '[0-9][ -]*' ~ unit ~ '$') }}
        end as unit_text
    from recognized
    where package_pattern is not null
),

parsed as (
    select
        pieces.package_size_text,
        pieces.package_pattern,
        units.package_unit,
        cast(pieces.count_text as bigint) as package_unit_count,
        cast(
            cast(pieces.size_text as {{ ribbon.type_double() }})
            + coalesce(
                cast(pieces.numerator_text as {{ ribbon.type_double() }})
                / nullif(cast(pieces.denominator_text as {{ ribbon.type_double() }}), 0), 0
            ) as numeric(12, 4)
        ) as package_quantity
    from pieces
    inner join units on pieces.unit_text = units.unit_text
),

-- Three pieces and more that print over 24 ounces print the weight of all: yogurt, water, frozen pizza.
weighed_apiece as (
    select *
    from parsed
    where not (package_unit = 'oz' and package_unit_count > 2 and package_quantity > 24)
)

select * from weighed_apiece
