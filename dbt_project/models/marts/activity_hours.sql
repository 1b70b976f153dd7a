-- At which hours of the week the listed teachers of a school were at work in the four weeks up to the as-of day: one row per school, weekday and hour with an act.
with run as (
    select as_of, cast({{ dbt.dateadd('day', -27, 'as_of') }} as date) as first_on
    from {{ source('ops', 'run') }}
),

acts as (
    select teacher_id, occurred_on, occurred_at from {{ ref('stg_logins') }}
    union all
    select actor_id as teacher_id, occurred_on, occurred_at
    from {{ ref('stg_activities') }}
    where actor_role = 'teacher'
),

hours as (
    select
        listed.school_id, listed.district_id, run.first_on,
        cast({{ dbt.datediff(week_start('acts.occurred_on'), 'acts.occurred_on', 'day') }} as integer) + 1 as weekday,
        cast(extract(hour from acts.occurred_at) as integer) as hour
    from acts
    inner join run on acts.occurred_on >= run.first_on
    inner join {{ ref('int_listed_today') }} as listed on acts.teacher_id = listed.teacher_id
),

counts as (
    select school_id, district_id, weekday, hour, count(*) as acts, first_on as counted_from
    from hours
    group by school_id, district_id, weekday, hour, first_on
)

select * from counts
