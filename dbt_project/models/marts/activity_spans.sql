-- Active teachers of each week and month at each school, by the roster of the as-of day: one row per kind, span and school with a listed teacher.
with active as (
    select * from {{ ref('int_active_spans') }}
),

schools as (
    select school_id, district_id, count(*) as teachers
    from {{ ref('int_listed_today') }}
    group by school_id, district_id
),

starts as (
    select distinct 'week' as kind, {{ week_start('day') }} as starts_on from {{ ref('activity_daily') }}
    union all
    select distinct 'month' as kind, {{ month_start('day') }} as starts_on from {{ ref('activity_daily') }}
),

present as (
    select
        kind, starts_on, school_id,
        count(*) as active_teachers,
        sum(case when place = 1 then 1 else 0 end) as new_teachers
    from active
    group by kind, starts_on, school_id
),

lost as (
    select kind, next_on as starts_on, school_id, count(*) as lost_teachers
    from active
    where active_again_on is null or active_again_on <> next_on
    group by kind, next_on, school_id
),

complete as (
    select
        starts.kind, starts.starts_on, schools.school_id, schools.district_id,
        schools.teachers,
        cast(coalesce(present.active_teachers, 0) as bigint) as active_teachers,
        cast(coalesce(present.new_teachers, 0) as bigint) as new_teachers,
        cast(coalesce(lost.lost_teachers, 0) as bigint) as lost_teachers
    from starts
    cross join schools
    left join present
        on starts.kind = present.kind
        and starts.starts_on = present.starts_on
        and schools.school_id = present.school_id
    left join lost
        on starts.kind = lost.kind
        and starts.starts_on = lost.starts_on
        and schools.school_id = lost.school_id
)

select * from complete
