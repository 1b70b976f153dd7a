-- Accepted events of the drops that are counted anew, those after the as-of day included: one row per event.
with logins as (
    select
        'logins' as source, dt, teacher_id,
        1 as login,
        cast(occurred_at as date) as occurred_on,
        cast(occurred_at as date) as latest_on
    from {{ source('lake', 'recounted_logins') }}
),

activities as (
    select
        'activities' as source, dt,
        case when actor_role = 'teacher' then actor_id end as teacher_id,
        0 as login,
        cast(occurred_at as date) as occurred_on,
        cast(greatest(occurred_at, started_at, ended_at) as date) as latest_on
    from {{ source('lake', 'recounted_activities') }}
),

events as (
    select * from logins
    union all
    select * from activities
)

select * from events
