-- Points by rule: one row per period, teacher and rule with a credit in the ledger.
with points as (
    select
        periods.period_id, ledger.teacher_id, ledger.rule_code,
        cast(sum(ledger.points) as bigint) as points,
        cast(sum(case when ledger.decision = 'awarded' then 1 else 0 end) as bigint) as credits
    from {{ ref('points_ledger') }} as ledger
    inner join {{ ref('periods') }} as periods
        on ledger.credited_on between periods.starts_on and periods.ends_on
    group by periods.period_id, ledger.teacher_id, ledger.rule_code
)

select * from points
