-- Logins that follow the one before at the teacher's most frequent interval: one row per such login.
with thresholds as (
    select * from {{ ref('int_thresholds') }} where signal = 'robot_logins'
),

intervals as (
    select
        events.teacher_id, events.event_id,
        -- To the nearest multiple of the parameter, so that a robot's jitter stays in one interval.
        round(date_diff('second', lag(events.occurred_at) over in_time, events.occurred_at) / thresholds.parameter)
            as length
    from {{ source('lake', 'events') }} as events
    cross join thresholds
    where events.source = 'logins'
    window in_time as (partition by events.teacher_id order by events.occurred_at, events.event_id)
),

lengths as (
    select teacher_id, length, count(*) as logins, sum(count(*)) over (partition by teacher_id) as all_logins
    from intervals
    where length is not null
    group by teacher_id, length
),

modal as (
    select *
    from lengths
    qualify row_number() over (partition by teacher_id order by logins desc, length) = 1
)

select
    'robot_logins' as signal, intervals.teacher_id,
    cast(cast(modal.length * (select parameter from thresholds) as bigint) as varchar) as scope,
    modal.logins as occurrences,
    modal.logins / modal.all_logins as score,
    intervals.event_id
from intervals
inner join modal on intervals.teacher_id = modal.teacher_id and intervals.length = modal.length
