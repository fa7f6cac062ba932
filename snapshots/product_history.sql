{% snapshot product_history %}
{{ config(unique_key='product_id', strategy='check', check_cols='all') }}

select * from {{ ref('product_latest') }}

{% endsnapshot %}
