-- Where credits came, went or moved, so that places within caps must be counted anew, logins apart: one row per teacher, rule and span.
with changed as (
    select teacher_id, rule_code, cast(credited_at as date) as credited_on
    from {{ ref('int_scored_units') }}
    where credited_at is not null and rule_code <> 'login'
    union all
    select teacher_id, rule_code, cast(credited_at as date) as credited_on
    from {{ source('before', 'rescored') }}
    where credited_at is not null and rule_code <> 'login'
),

spans as (
    select distinct
        changed.teacher_id, changed.rule_code,
        {{ span_start('grains.grain', 'changed.credited_on') }} as starts_on
    from changed
    inner join {{ ref('int_cap_grains') }} as grains on changed.rule_code = grains.rule_code
)

select * from spans
