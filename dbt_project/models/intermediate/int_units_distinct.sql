-- Rules that credit the n-th distinct account: one row per teacher, rule and unit, met or not.
with first_of_account as (
    select
        *,
        row_number() over (
            partition by rule_code, teacher_id, unit_id, account_id
            order by occurred_at, event_id
        ) as place
    from {{ ref('int_participations') }}
),

numbered as (
    select
        rule_code, teacher_id, unit_id, occurred_at, event_id,
        row_number() over (
            partition by rule_code, teacher_id, unit_id
            order by occurred_at, event_id
        ) as nth
    from first_of_account
    where place = 1
),

reached as (
    select
        bound.rule_code, bound.teacher_id, bound.unit_id, bound.threshold,
        cast(count(numbered.nth) as integer) as accounts,
        max(case when numbered.nth = bound.threshold then numbered.occurred_at end) as credited_at,
        max(case when numbered.nth = bound.threshold then numbered.event_id end) as event_id
    from {{ ref('int_counted_units') }} as bound
    left join numbered
        on bound.rule_code = numbered.rule_code
        and bound.teacher_id = numbered.teacher_id
        and bound.unit_id = numbered.unit_id
    group by bound.rule_code, bound.teacher_id, bound.unit_id, bound.threshold
),

units as (
    select
        teacher_id, rule_code, unit_id, credited_at, event_id,
        least(accounts, threshold) as progress,
        threshold
    from reached
)

select * from units
