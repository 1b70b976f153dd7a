-- The first login of each day: one row per teacher and local day with a login.
with days as (
    select
        teacher_id, occurred_on,
        {{ first_of('occurred_at', 'event_id') }} as first_login
    from {{ ref('stg_logins') }}
    group by teacher_id, occurred_on
),

login_days as (
    select
        teacher_id, occurred_on,
        first_login.occurred_at as occurred_at,
        first_login.event_id as event_id
    from days
)

select * from login_days
