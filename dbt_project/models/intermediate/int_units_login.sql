-- Rule login: one row per teacher and local day with a login, with the day's place in its streak.
with ranked as (
    select
        teacher_id, occurred_on, occurred_at, event_id,
        row_number() over (partition by teacher_id, occurred_on order by occurred_at, event_id) as place
    from {{ ref('stg_logins') }}
),

login_days as (
    select
        teacher_id, occurred_on, occurred_at, event_id,
        -- Gaps and islands: days of one streak share the difference between their date and their place.
        {{ day_number('occurred_on') }}
        - row_number() over (partition by teacher_id order by occurred_on) as streak
    from ranked
    where place = 1
),

units as (
    select
        teacher_id,
        'login' as rule_code,
        cast(occurred_on as string) as unit_id,
        occurred_at as credited_at,
        event_id,
        cast(row_number() over (partition by teacher_id, streak order by occurred_on) as integer) as progress,
        cast(null as integer) as threshold
    from login_days
)

select * from units
