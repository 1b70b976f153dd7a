-- The teacher index of each span with its ranks, now and before: one row per span and listed teacher.
with totals as (
    select * from {{ ref('int_span_indicators') }}
    where indicator = 'total'
),

complete as (
    select
        listed.span_id, listed.teacher_id, listed.school_id, listed.district_id,
        cast(coalesce(totals.points, 0) as bigint) as points,
        case when listed.before_to is not null then cast(coalesce(totals.points_before, 0) as bigint) end
            as points_before
    from {{ ref('int_span_listed') }} as listed
    left join totals on listed.span_id = totals.span_id and listed.teacher_id = totals.teacher_id
),

ranked as (
    select
        *,
        rank() over (partition by span_id, school_id order by points desc) as in_school,
        rank() over (partition by span_id, district_id order by points desc) as in_district,
        rank() over (partition by span_id order by points desc) as in_city,
        rank() over (partition by span_id, school_id order by points_before desc) as in_school_before,
        rank() over (partition by span_id, district_id order by points_before desc) as in_district_before,
        rank() over (partition by span_id order by points_before desc) as in_city_before
    from complete
),

index_of_teachers as (
    select
        span_id, teacher_id, school_id, district_id, points,
        cast(in_school as integer) as school_rank,
        cast(in_district as integer) as district_rank,
        cast(in_city as integer) as city_rank,
        points_before,
        case when points_before is not null then cast(in_school_before as integer) end as school_rank_before,
        case when points_before is not null then cast(in_district_before as integer) end as district_rank_before,
        case when points_before is not null then cast(in_city_before as integer) end as city_rank_before
    from ranked
)

select * from index_of_teachers
