-- Changes of visibility of one resource on one day, each teacher's most: one row per change.
with changes as (
    select teacher_id, object_id, event_id, cast(occurred_at as date) as day
    from {{ source('lake', 'events') }}
    where event_type = 'resource_visibility'
),

resources as (
    select teacher_id, object_id, day, count(*) as changes
    from changes
    group by teacher_id, object_id, day
    qualify row_number() over (partition by teacher_id order by count(*) desc, day, object_id) = 1
)

select
    'toggled_visibility' as signal, changes.teacher_id,
    changes.object_id as scope,
    resources.changes as occurrences,
    cast(resources.changes as double) as score,
    changes.event_id
from changes
inner join resources
    on changes.teacher_id = resources.teacher_id
    and changes.object_id = resources.object_id
    and changes.day = resources.day
