-- What happened each day at each school with a listed teacher, by the roster of the as-of day: one row per day and school.
with listed as (
    select * from {{ ref('int_listed_today') }}
),

schools as (
    select school_id, district_id, count(*) as teachers
    from listed
    group by school_id, district_id
),

day_numbers as (
    select {{ each_integer(day_number('span.first_on'), day_number('span.last_on')) }} as day_number
    from {{ ref('int_event_span') }} as span
    where span.first_on is not null
),

days as (
    select cast({{ dbt.dateadd('day', 'day_number', "cast('1970-01-01' as date)") }} as date) as day
    from day_numbers
),

acting as (
    select
        listed.school_id, days.day,
        count(*) as active_teachers,
        sum(days.logins) as logins
    from {{ ref('teacher_days') }} as days
    inner join listed on days.teacher_id = listed.teacher_id
    group by listed.school_id, days.day
),

credited as (
    select school_id, day, sum(points) as points
    from {{ ref('int_school_points') }}
    group by school_id, day
),

daily as (
    select
        days.day, schools.district_id, schools.school_id,
        cast(schools.teachers as bigint) as teachers,
        cast(coalesce(acting.active_teachers, 0) as bigint) as active_teachers,
        cast(coalesce(acting.logins, 0) as bigint) as logins,
        cast(coalesce(credited.points, 0) as bigint) as points
    from days
    cross join schools
    left join acting on days.day = acting.day and schools.school_id = acting.school_id
    left join credited on days.day = credited.day and schools.school_id = credited.school_id
)

select * from daily
