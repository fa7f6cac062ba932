SELECT
    H.HOUSEHOLD_ID AS household_id,
    H.HAS_DEMOGRAPHICS AS has_demographics,
    L.HOUSEHOLD_ID IS NOT NULL AS is_loyal
FROM {{ ref('household_base') }} AS H
LEFT JOIN {{ ref('loyal_household') }} AS L ON L.HOUSEHOLD_ID = H.HOUSEHOLD_ID
