-- The school index and its ranks: one row per period and school.
with totals as (
    select
        period_id, entity_id as school_id, district_id, teachers, points, index_value, district_rank, city_rank
    from {{ ref('indicator_index') }}
    where level = 'school' and indicator = 'total'
)

select * from totals
