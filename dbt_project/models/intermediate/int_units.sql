-- Every unit to be priced in this run, met or not: one row per teacher, rule and unit.
with units as (
    select teacher_id, rule_code, unit_id, credited_at, event_id, progress, threshold
    from {{ ref('int_scored_units') }}
    where rule_code <> 'login'
    union all
    select teacher_id, rule_code, unit_id, credited_at, event_id, progress, threshold
    from {{ ref('int_kept_units') }}
    where rule_code <> 'login'
    union all
    select teacher_id, rule_code, unit_id, credited_at, event_id, progress, threshold
    from {{ ref('int_units_login') }}
)

select * from units
