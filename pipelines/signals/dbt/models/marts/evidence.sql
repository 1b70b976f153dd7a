-- The records behind each signal: one row per signal, teacher and event, with its file and record number.
with findings as (
    select * from {{ ref('int_findings') }}
),

-- Logins and activities have separate id spaces, and a signal looks at one of them.
events as (
    select *, source = 'logins' as is_login from {{ source('lake', 'events') }}
)

select
    findings.signal, findings.teacher_id, events.source, events.event_id, events.event_type,
    events.actor_id, events.object_id, events.occurred_at, events.path, events.record_number, events.sha256
from findings
inner join events
    on findings.event_id = events.event_id and events.is_login = (findings.signal = 'robot_logins')
