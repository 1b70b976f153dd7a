-- The ledger's dated rows summed up as finely as any span needs: one row per account, rule and stretch of days with a credit.
with points as (
    select
        ledger.teacher_id, ledger.rule_code, days.stretch_on,
        cast(sum(ledger.points) as bigint) as points,
        cast(sum(case when ledger.decision = 'awarded' then 1 else 0 end) as bigint) as credits,
        cast(sum(case when ledger.decision = 'over_cap' then 1 else 0 end) as bigint) as over_cap
    from {{ ref('points_ledger') }} as ledger
    inner join {{ ref('int_stretch_days') }} as days on ledger.credited_on = days.day
    group by ledger.teacher_id, ledger.rule_code, days.stretch_on
)

select * from points
