-- What each account did as a teacher: one row per account and local day with a login or an act.
with acts as (
    select teacher_id, occurred_on as day, 1 as login
    from {{ ref('stg_logins') }}
    union all
    select actor_id as teacher_id, occurred_on as day, 0 as login
    from {{ ref('stg_activities') }}
    where actor_role = 'teacher'
),

days as (
    select teacher_id, day, cast(sum(login) as bigint) as logins
    from acts
    group by teacher_id, day
)

select * from days
