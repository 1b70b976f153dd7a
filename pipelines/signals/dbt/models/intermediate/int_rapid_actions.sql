-- Actions that follow one another within seconds: one row per action of each teacher's longest such run.
with thresholds as (
    select * from {{ ref('int_thresholds') }} where signal = 'rapid_actions'
),

acts as (
    select
        events.teacher_id, events.event_id, events.occurred_at,
        coalesce(
            date_diff('second', lag(events.occurred_at) over in_time, events.occurred_at) > thresholds.parameter,
            true
        ) as begins
    from {{ source('lake', 'events') }} as events
    cross join thresholds
    where events.source = 'activities' and events.actor_role = 'teacher'
    window in_time as (partition by events.teacher_id order by events.occurred_at, events.event_id)
),

numbered as (
    select
        *,
        sum(cast(begins as integer)) over (
            partition by teacher_id order by occurred_at, event_id rows unbounded preceding
        ) as run_no
    from acts
),

runs as (
    select teacher_id, run_no, count(*) as actions
    from numbered
    group by teacher_id, run_no
),

longest as (
    select *
    from runs
    qualify row_number() over (partition by teacher_id order by actions desc, run_no) = 1
)

select
    'rapid_actions' as signal, numbered.teacher_id,
    cast(min(numbered.occurred_at) over (partition by numbered.teacher_id) as varchar) as scope,
    longest.actions as occurrences,
    cast(longest.actions as double) as score,
    numbered.event_id
from numbered
inner join longest on numbered.teacher_id = longest.teacher_id and numbered.run_no = longest.run_no
