-- What each account did as a teacher: one row per account and local day with a login or an act.
with days as (
    select teacher_id, day, cast(sum(logins) as bigint) as logins
    from {{ ref('teacher_drop_days') }}
    group by teacher_id, day
)

select * from days
