-- value: per teacher, rule and cap period no more credits are awarded than any cap in force within it allows.
-- If it fails, cap_rank was counted in the wrong period.
with awarded as (
    select teacher_id, rule_code, cap_start, count(*) as credits, max(credited_on) as last_on
    from {{ ref('points_ledger') }}
    where decision = 'awarded'
    group by teacher_id, rule_code, cap_start
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
