-- In which weeks each account was active, a week over a month's end once for each month: one row per account, ISO week and month.
with weeks as (
    select distinct
        teacher_id,
        {{ week_start('day') }} as week_on,
        {{ month_start('day') }} as month_on
    from {{ ref('teacher_days') }}
)

select * from weeks
