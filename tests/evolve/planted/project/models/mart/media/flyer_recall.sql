SELECT
    P.MAILER_LOCATION_CODE AS mailer_location_code,
    M.MAILER_LOCATION_NAME AS page_name,
    COUNT(*) AS placement_count
FROM {{ ref('fct_promotion') }} AS P
INNER JOIN {{ ref('mailer_location') }} AS M ON M.MAILER_LOCATION_CODE = P.MAILER_LOCATION_CODE
GROUP BY P.MAILER_LOCATION_CODE, M.MAILER_LOCATION_NAME
