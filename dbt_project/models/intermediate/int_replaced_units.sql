-- Units that the ledger has to forget before it takes in those of this run: a row per teacher, rule and unit, two where it is scored anew.
{{ config(materialized='view') }}
with units as (
    select teacher_id, rule_code, unit_id from {{ source('before', 'rescored') }}
    union all
    select teacher_id, rule_code, unit_id from {{ ref('int_units') }}
)

select * from units
