-- Events that a decision in force makes void, up to the as-of day: one row per event.
with voided as (
    select * from {{ source('lake', 'voided_events') }}
),

run as (
    select * from {{ source('ops', 'run') }}
),

seen as (
    select
        voided.source, voided.event_id, voided.decision_id, voided.reason, voided.decided_by, voided.decided_on,
        voided.event_type, voided.occurred_at, voided.actor_id, voided.actor_role, voided.object_id,
        voided.dt, voided.path, voided.sha256, voided.record_number
    from voided
    inner join run on cast(voided.occurred_at as date) <= run.as_of
)

select * from seen
