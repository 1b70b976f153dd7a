-- Rules that credit the first event of a kind: one row per teacher, rule and unit.
with ranked as (
    select
        *,
        row_number() over (
            partition by rule_code, teacher_id, unit_id
            order by occurred_at, event_id
        ) as place
    from {{ ref('int_countable_events') }}
),

units as (
    select
        teacher_id, rule_code, unit_id,
        occurred_at as credited_at,
        event_id,
        cast(null as integer) as progress,
        cast(null as integer) as threshold
    from ranked
    where place = 1
)

select * from units
