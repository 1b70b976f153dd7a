-- What a teacher's few busiest students did on the teacher's own objects: one row per such event.
with thresholds as (
    select * from {{ ref('int_thresholds') }} where signal = 'same_students'
),

events as (
    select * from {{ source('lake', 'events') }}
),

-- The earliest creation decides who the creator is, as in the rules.
owners as (
    select object_id, arg_min(teacher_id, (occurred_at, event_id)) as teacher_id
    from events
    where event_type in ('assignment_create', 'class_create', 'notice_post', 'activity_create', 'habit_create')
    group by object_id
),

parts as (
    select owners.teacher_id, events.object_id, events.actor_id, events.event_id
    from events
    inner join owners on events.object_id = owners.object_id
    where events.actor_role = 'student'
        and events.event_type in ('assignment_response', 'notice_reply', 'activity_join', 'habit_checkin')
),

busiest as (
    select teacher_id, actor_id, count(distinct object_id) as objects
    from parts
    group by teacher_id, actor_id
    qualify row_number() over (partition by teacher_id order by count(distinct object_id) desc, actor_id)
        <= (select parameter from thresholds)
),

totals as (
    select teacher_id, count(distinct object_id) as objects, count(distinct (object_id, actor_id)) as pairs
    from parts
    group by teacher_id
),

shares as (
    select totals.teacher_id, totals.objects, sum(busiest.objects) / totals.pairs as share
    from totals
    inner join busiest on totals.teacher_id = busiest.teacher_id
    group by totals.teacher_id, totals.objects, totals.pairs
)

select
    'same_students' as signal, parts.teacher_id,
    cast(shares.objects as varchar) as scope,
    shares.objects as occurrences,
    shares.share as score,
    parts.event_id
from parts
inner join busiest on parts.teacher_id = busiest.teacher_id and parts.actor_id = busiest.actor_id
inner join shares on parts.teacher_id = shares.teacher_id
