-- Lessons of a teacher's most frequent length to the second: one row per teacher and such lesson.
with lessons as (
    select teacher_id, event_id, date_diff('second', started_at, ended_at) as seconds
    from {{ source('lake', 'events') }}
    where event_type = 'lesson_session'
),

lengths as (
    select teacher_id, seconds, count(*) as lessons, sum(count(*)) over (partition by teacher_id) as all_lessons
    from lessons
    group by teacher_id, seconds
),

modal as (
    select *
    from lengths
    qualify row_number() over (partition by teacher_id order by lessons desc, seconds) = 1
)

select
    'exact_lessons' as signal, lessons.teacher_id,
    cast(modal.seconds as varchar) as scope,
    modal.lessons as occurrences,
    modal.lessons / modal.all_lessons as score,
    lessons.event_id
from lessons
inner join modal on lessons.teacher_id = modal.teacher_id and lessons.seconds = modal.seconds
