-- Rules that credit the first event of a kind: one row per teacher, rule and unit.
with firsts as (
    select
        teacher_id, rule_code, unit_id,
        {{ first_of('occurred_at', 'event_id') }} as first_event
    from {{ ref('int_countable_events') }}
    group by teacher_id, rule_code, unit_id
),

units as (
    select
        teacher_id, rule_code, unit_id,
        first_event.occurred_at as credited_at,
        first_event.event_id as event_id,
        cast(null as integer) as progress,
        cast(null as integer) as threshold
    from firsts
)

select * from units
