-- integrity: every unit of this run whose rule is in force is in the ledger exactly once, and no unit is left
-- there that this run replaced by none. What a run does not touch, an earlier one has written and tested.
-- If it fails, a unit was lost or doubled between int_units and the ledger.
with run as (
    select * from {{ source('ops', 'run') }}
),

replaced as (
    select distinct teacher_id, rule_code, unit_id from {{ ref('int_replaced_units') }}
),

expected as (
    select units.teacher_id, units.rule_code, units.unit_id, 1 as occurrences
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
    select ledger.teacher_id, ledger.rule_code, ledger.unit_id, cast(count(*) as integer) as occurrences
    from {{ ref('points_ledger') }} as ledger
    inner join replaced
        on ledger.teacher_id = replaced.teacher_id
        and ledger.rule_code = replaced.rule_code
        and ledger.unit_id = replaced.unit_id
    group by ledger.teacher_id, ledger.rule_code, ledger.unit_id
)

select expected.unit_id as expected_unit, decided.unit_id as decided_unit
from expected
full outer join decided
    on expected.teacher_id = decided.teacher_id
    and expected.rule_code = decided.rule_code
    and expected.unit_id = decided.unit_id
where expected.occurrences is distinct from decided.occurrences
