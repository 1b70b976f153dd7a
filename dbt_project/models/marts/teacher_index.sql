-- The teacher index and its ranks: one row per period and listed teacher.
with totals as (
    select period_id, teacher_id, school_id, district_id, points, school_rank, district_rank, city_rank
    from {{ ref('teacher_indicator_index') }}
    where indicator = 'total'
)

select * from totals
