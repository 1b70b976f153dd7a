-- Units that the ledger has to forget before it takes in those of this run: one row per teacher, rule and unit.
with units as (
    select teacher_id, rule_code, unit_id from {{ source('before', 'rescored') }}
    union distinct
    select teacher_id, rule_code, unit_id from {{ ref('int_units') }}
)

select * from units
