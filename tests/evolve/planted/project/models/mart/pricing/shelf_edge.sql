with

delivered as (
    select
        product_id,
        upper(trim(product_category)) as label_text,
        row_number() over (partition by product_id order by _loaded_at desc) as delivery_number
    from {{ source('complete_journey', 'products') }}
),

final as (
    select
        product_id,
        label_text
    from delivered
    where delivery_number = 1
)

select * from final
