-- When each listed teacher was last seen and how long the login streak is: one row per teacher listed on the as-of day.
with run as (
    select * from {{ source('ops', 'run') }}
),

seen as (
    select
        teacher_id,
        max(day) as last_active_on,
        max(case when logins > 0 then day end) as last_login_on
    from {{ ref('teacher_days') }}
    group by teacher_id
),

login_days as (
    select teacher_id, credited_on as day, progress
    from {{ ref('points_ledger') }}
    where rule_code = 'login'
    union all
    -- On a day without a rule version in force a streak goes on all the same.
    select teacher_id, cast(credited_at as date) as day, progress
    from {{ ref('unpriced_units') }}
    where rule_code = 'login'
),

streaks as (
    select
        login_days.teacher_id,
        max(case when login_days.day = run.as_of then login_days.progress end) as current_streak,
        max(login_days.progress) as longest_streak
    from login_days
    inner join run on login_days.day between {{ year_start('run.as_of') }} and run.as_of
    group by login_days.teacher_id
),

complete as (
    select
        listed.teacher_id, listed.school_id, listed.district_id,
        seen.last_active_on, seen.last_login_on,
        coalesce(streaks.current_streak, 0) as current_streak,
        coalesce(streaks.longest_streak, 0) as longest_streak
    from {{ ref('int_listed_today') }} as listed
    left join seen on listed.teacher_id = seen.teacher_id
    left join streaks on listed.teacher_id = streaks.teacher_id
)

select * from complete
