-- What happened each day at each school with a listed teacher, by the roster of the as-of day: one row per day and school.
with run as (
    select * from {{ source('ops', 'run') }}
),

listed as (
    -- The as-of day's own year is a period that is counted on that very day.
    select listed.teacher_id, listed.school_id, listed.district_id
    from {{ ref('int_listed_teachers') }} as listed
    inner join run on listed.period_id = cast(extract(year from run.as_of) as string)
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

acts as (
    select teacher_id, occurred_on as day, 1 as login
    from {{ ref('stg_logins') }}
    union all
    select actor_id as teacher_id, occurred_on as day, 0 as login
    from {{ ref('stg_activities') }}
    where actor_role = 'teacher'
),

acting as (
    select
        listed.school_id, acts.day,
        count(distinct acts.teacher_id) as active_teachers,
        sum(acts.login) as logins
    from acts
    inner join listed on acts.teacher_id = listed.teacher_id
    group by listed.school_id, acts.day
),

credited as (
    select listed.school_id, ledger.credited_on as day, sum(ledger.points) as points
    from {{ ref('points_ledger') }} as ledger
    inner join listed on ledger.teacher_id = listed.teacher_id
    where ledger.credited_on is not null
    group by listed.school_id, ledger.credited_on
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
