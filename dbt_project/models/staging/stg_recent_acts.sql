-- What was done by teachers in the last four weeks up to the as-of day: one row per login or act.
with acts as (
    select teacher_id, occurred_at from {{ source('lake', 'recent_logins') }}
    union all
    select actor_id as teacher_id, occurred_at
    from {{ source('lake', 'recent_activities') }}
    where actor_role = 'teacher'
),

run as (
    select run.as_of, recent.first_on
    from {{ source('ops', 'run') }} as run
    cross join {{ source('lake', 'recent_from') }} as recent
),

recent as (
    select
        acts.teacher_id, acts.occurred_at,
        cast(acts.occurred_at as date) as occurred_on,
        run.first_on
    from acts
    inner join run on cast(acts.occurred_at as date) between run.first_on and run.as_of
)

select * from recent
