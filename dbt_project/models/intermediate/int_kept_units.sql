-- Units of the last release that stand as they are but whose place in a cap or streak may move: one row per teacher, rule and unit.
-- The source is read by each part for itself: what parts share, DuckDB would write out whole first.
with in_touched_spans as (
    select before.*
    from {{ source('before', 'units') }} as before
    inner join {{ ref('int_cap_grains') }} as grains on before.rule_code = grains.rule_code
    inner join {{ ref('int_touched_spans') }} as spans
        on before.teacher_id = spans.teacher_id
        and before.rule_code = spans.rule_code
        and {{ span_start('grains.grain', 'cast(before.credited_at as date)') }} = spans.starts_on
    where before.rule_code <> 'login' and before.credited_at is not null
),

in_touched_streaks as (
    select before.*
    from {{ source('before', 'units') }} as before
    inner join {{ ref('int_touched_logins') }} as touched
        on before.teacher_id = touched.teacher_id
        and cast(before.credited_at as date) >= touched.looked_at_from
    where before.rule_code = 'login'
),

neighbours as (
    select * from in_touched_spans
    union all
    select * from in_touched_streaks
),

kept as (
    select neighbours.*
    from neighbours
    left join {{ source('before', 'rescored') }} as rescored
        on neighbours.teacher_id = rescored.teacher_id
        and neighbours.rule_code = rescored.rule_code
        and neighbours.unit_id = rescored.unit_id
    left join {{ ref('int_scored_units') }} as scored
        on neighbours.teacher_id = scored.teacher_id
        and neighbours.rule_code = scored.rule_code
        and neighbours.unit_id = scored.unit_id
    where rescored.unit_id is null and scored.unit_id is null
)

select * from kept
