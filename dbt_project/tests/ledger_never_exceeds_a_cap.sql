-- value: per teacher, rule and cap period no more credits are awarded than any cap in force within it allows,
-- wherever this run priced one of them.
-- If it fails, cap_rank was counted in the wrong period.
with priced as (
    select distinct teacher_id, rule_code, cap_start
    from {{ ref('int_credits') }}
),

awarded as (
    select
        ledger.teacher_id, ledger.rule_code, ledger.cap_start,
        count(*) as credits,
        max(ledger.credited_on) as last_on
    from {{ ref('points_ledger') }} as ledger
    inner join priced
        on ledger.teacher_id = priced.teacher_id
        and ledger.rule_code = priced.rule_code
        and ledger.cap_start = priced.cap_start
    where ledger.decision = 'awarded'
    group by ledger.teacher_id, ledger.rule_code, ledger.cap_start
),

limits as (
    select awarded.teacher_id, awarded.rule_code, awarded.cap_start, awarded.credits, max(rules.cap) as cap
    from awarded
    inner join {{ ref('rules') }} as rules
        on awarded.rule_code = rules.rule_code
        and rules.valid_from <= awarded.last_on and rules.valid_to >= awarded.cap_start
    group by awarded.teacher_id, awarded.rule_code, awarded.cap_start, awarded.credits
)

select * from limits
where credits > cap
