-- Units whose credit the ledger does not hold, dated after the as-of day or by no rule version in force: one row per teacher, rule and unit.
{{ config(meta={'replaces': {'key': ['teacher_id', 'rule_code', 'unit_id'], 'by': 'int_replaced_units'}}) }}
-- depends_on: {{ ref('int_replaced_units') }}
with units as (
    select * from {{ ref('int_units') }}
),

credits as (
    select * from {{ ref('int_credits') }}
),

unpriced as (
    select
        units.teacher_id, units.rule_code, units.unit_id, units.credited_at, units.event_id,
        units.progress, units.threshold
    from units
    left join credits
        on units.teacher_id = credits.teacher_id
        and units.rule_code = credits.rule_code
        and units.unit_id = credits.unit_id
    where units.credited_at is not null and credits.unit_id is null
)

select * from unpriced
