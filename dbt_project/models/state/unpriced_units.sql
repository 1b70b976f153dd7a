-- Units whose credit the ledger does not hold, dated after the as-of day or by no rule version in force: one row per teacher, rule and unit.
{{ config(meta={'replaces': {'key': ['teacher_id', 'rule_code', 'unit_id'], 'by': 'int_replaced_units'}}) }}
-- depends_on: {{ ref('int_replaced_units') }}
with run as (
    select * from {{ source('ops', 'run') }}
),

-- Just the units that int_credits leaves out: to seek what is missing there would join all of a city's year.
unpriced as (
    select
        units.teacher_id, units.rule_code, units.unit_id, units.credited_at, units.event_id,
        units.progress, units.threshold
    from {{ ref('int_units') }} as units
    cross join run
    where
        units.credited_at is not null
        and (
            cast(units.credited_at as date) > run.as_of
            or not exists (
                select 1 from {{ ref('rules') }} as versions
                where
                    versions.rule_code = units.rule_code
                    and {{ in_force('versions', 'cast(units.credited_at as date)') }}
            )
        )
)

select * from unpriced
