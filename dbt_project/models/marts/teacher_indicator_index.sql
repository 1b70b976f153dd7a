-- Every teacher ranking: one row per period, listed teacher and indicator.
with ranked as (
    select
        period_id, teacher_id, school_id, district_id, indicator, points,
        cast(rank() over (partition by period_id, indicator, school_id order by points desc) as integer) as school_rank,
        cast(rank() over (partition by period_id, indicator, district_id order by points desc) as integer)
            as district_rank,
        cast(rank() over (partition by period_id, indicator order by points desc) as integer) as city_rank
    from {{ ref('int_teacher_indicators') }}
)

select * from ranked
