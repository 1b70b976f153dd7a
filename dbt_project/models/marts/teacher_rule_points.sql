-- Points by rule: one row per period, teacher and rule with a credit in the ledger.
with stretches as (
    select distinct periods.period_id, days.stretch_on
    from {{ ref('int_stretch_days') }} as days
    inner join {{ ref('periods') }} as periods on days.day between periods.starts_on and periods.ends_on
),

points as (
    select
        stretches.period_id, earned.teacher_id, earned.rule_code,
        cast(sum(earned.points) as bigint) as points,
        cast(sum(earned.credits) as bigint) as credits
    from {{ ref('int_stretch_points') }} as earned
    inner join stretches on earned.stretch_on = stretches.stretch_on
    group by stretches.period_id, earned.teacher_id, earned.rule_code
)

select * from points
