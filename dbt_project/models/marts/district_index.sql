-- The district index and its rank: one row per period and district.
with totals as (
    select period_id, entity_id as district_id, teachers, points, index_value, city_rank
    from {{ ref('indicator_index') }}
    where level = 'district' and indicator = 'total'
)

select * from totals
