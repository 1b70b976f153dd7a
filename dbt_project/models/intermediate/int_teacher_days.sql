-- What each account did as a teacher: one row per account and local day with a login or an act.
with logins as (
    select teacher_id, occurred_on as day, count(*) as logins, 0 as acts
    from {{ ref('stg_logins') }}
    group by teacher_id, occurred_on
),

acts as (
    select actor_id as teacher_id, occurred_on as day, 0 as logins, count(*) as acts
    from {{ ref('stg_activities') }}
    where actor_role = 'teacher'
    group by actor_id, occurred_on
),

both_kinds as (
    select * from logins
    union all
    select * from acts
),

days as (
    select
        teacher_id, day,
        cast(sum(logins) as bigint) as logins,
        cast(sum(acts) as bigint) as acts
    from both_kinds
    group by teacher_id, day
)

select * from days
