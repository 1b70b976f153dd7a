-- integrity: every unit of this run whose rule is in force is in the ledger exactly once, and no unit is left
-- there that this run replaced by none. What a run does not touch, an earlier one has written and tested.
-- If it fails, a unit was lost or doubled between int_units and the ledger.
with run as (
    select * from {{ source('ops', 'run') }}
),

expected as (
    select units.teacher_id, units.rule_code, units.unit_id
    from {{ ref('int_units') }} as units
    cross join run
    where
        units.credited_at is null
        or (
            cast(units.credited_at as date) <= run.as_of
            and exists (
                select 1 from {{ ref('rules') }} as versions
                where
                    versions.rule_code = units.rule_code
                    and {{ in_force('versions', 'cast(units.credited_at as date)') }}
            )
        )
),

decided as (
    select ledger.teacher_id, ledger.rule_code, ledger.unit_id
    from {{ ref('points_ledger') }} as ledger
    semi join {{ ref('int_replaced_units') }} as replaced
        on ledger.teacher_id = replaced.teacher_id
        and ledger.rule_code = replaced.rule_code
        and ledger.unit_id = replaced.unit_id
),

both_sides as (
    select teacher_id, rule_code, unit_id, 1 as times_expected, 0 as times_decided from expected
    union all
    select teacher_id, rule_code, unit_id, 0 as times_expected, 1 as times_decided from decided
)

select
    teacher_id, rule_code, unit_id,
    sum(times_expected) as times_expected,
    sum(times_decided) as times_decided
from both_sides
group by teacher_id, rule_code, unit_id
having sum(times_expected) <> 1 or sum(times_decided) <> 1
