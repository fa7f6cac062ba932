"""A few hundred rows of each table of the lake, picked so that every model of the reference project has some."""

__all__ = ["SAMPLE"]

# Households that redeemed the most coupons among those of the sample, and categories that they buy often.
HOUSEHOLDS = """(
    select household_id from full_build.lake.coupon_redemptions where household_id % 20 = 1
    group by household_id order by count(*) desc, household_id limit 10
)"""
CATEGORIES = f"""(
    select product_category
    from full_build.lake.transactions inner join full_build.lake.products using (product_id)
    where household_id in {HOUSEHOLDS}
    group by product_category order by count(*) desc, product_category limit 14
)"""
BOUGHT = "(select product_id from build.lake.transactions)"
PROMOTED = "(select product_id from build.lake.promotions)"

# In this order: later tables look at earlier ones.
SAMPLE = {
    "transactions": f"""
        select transactions.*
        from full_build.lake.transactions
        inner join full_build.lake.products using (product_id)
        where
            household_id in {HOUSEHOLDS}
            and (
                product_id % 300 = 7
                or product_category in {CATEGORIES} and basket_id % 3 = 0 and product_id % 2 = 0
                or coupon_disc > 0
                or product_type like 'GASOLINE%' and basket_id % 3 = 0
            )
    """,
    "promotions": f"""
        select *
        from full_build.lake.promotions
        where
            product_id % 300 = 7
            and store_id in (select store_id from build.lake.transactions)
            and (product_id in {BOUGHT} or product_id % 7 = 0 and week < 12)
    """,
    "coupon_redemptions": f"select * from full_build.lake.coupon_redemptions where household_id in {HOUSEHOLDS}",
    "coupons": f"""
        select *
        from full_build.lake.coupons
        where
            coupon_upc in (select coupon_upc from build.lake.coupon_redemptions)
            and (product_id in {BOUGHT} or product_id % 100 = 7)
    """,
    "campaigns": "select * from full_build.lake.campaigns where household_id % 20 = 1",
    "campaign_descriptions": "select * from full_build.lake.campaign_descriptions where campaign_id % 4 > 0",
    "demographics": "select * from full_build.lake.demographics where household_id % 20 = 1",
    "products": f"""
        select *
        from full_build.lake.products
        where
            product_id % 11 > 0
            and (product_id in {BOUGHT} or product_id in {PROMOTED} or product_id % 500 = 3)
    """,
}
