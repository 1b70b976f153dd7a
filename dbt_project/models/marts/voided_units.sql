-- Units of the ledger that a void event belonged to, and what is left of them: one row per event, teacher, rule and unit.
with units as (
    select * from {{ ref('int_voided_own_units') }}
    union all
    select * from {{ ref('int_voided_created_units') }}
),

voided as (
    select * from {{ ref('voided_events') }}
),

ledger as (
    select * from {{ ref('points_ledger') }}
),

left_over as (
    select
        voided.source, voided.event_id, voided.decision_id,
        units.teacher_id, units.rule_code, units.unit_id,
        ledger.decision,
        coalesce(ledger.points, 0) as points
    from units
    inner join voided on units.source = voided.source and units.event_id = voided.event_id
    left join ledger
        on units.teacher_id = ledger.teacher_id
        and units.rule_code = ledger.rule_code
        and units.unit_id = ledger.unit_id
)

select * from left_over
