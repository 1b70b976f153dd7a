-- Units of objects' creators that void events belonged to: one row per event, teacher, rule and unit.
with run as (
    select * from {{ source('ops', 'run') }}
),

events as (
    select
        source, event_id, event_type, occurred_at, actor_id, object_id,
        true as is_void
    from {{ ref('voided_events') }}
    where source = 'activities'
    union all
    select
        'activities' as source,
        around.event_id, around.event_type, around.occurred_at, around.actor_id, around.object_id,
        false as is_void
    from {{ source('lake', 'around_voids') }} as around
    inner join run on cast(around.occurred_at as date) <= run.as_of
),

judged as (
    select
        *,
        case
            when event_type in ('assignment_create', 'assignment_response') then 'assignment_reach'
            when event_type in ('class_create', 'class_join', 'class_leave') then 'class_formation'
            when event_type in ('notice_post', 'notice_reply') then 'class_notice'
            when event_type in ('activity_create', 'activity_join', 'activity_review') then 'class_activity'
            when event_type in ('habit_create', 'habit_checkin', 'habit_interact') then 'habit_checkin'
        end as rule_code,
        event_type in (
            'assignment_create', 'class_create', 'notice_post', 'activity_create', 'habit_create'
        ) as is_creation,
        case
            when event_type in ('activity_join', 'activity_review')
                then object_id || '|' || cast({{ week_start('cast(occurred_at as date)') }} as string)
            when event_type in ('habit_checkin', 'habit_interact')
                then object_id || '|' || cast(cast(occurred_at as date) as string)
            else object_id
        end as unit_id
    from events
),

ranked as (
    select
        rule_code, object_id, actor_id,
        row_number() over (partition by rule_code, object_id order by occurred_at, event_id) as place
    from judged
    where is_creation and not is_void
),

teachers as (
    select voided.*, ranked.actor_id as teacher_id
    from judged as voided
    inner join ranked
        on voided.rule_code = ranked.rule_code and voided.object_id = ranked.object_id and ranked.place = 1
    where voided.is_void
    union distinct
    -- Who made an object by a void creation may have earned by it.
    select voided.*, voided.actor_id as teacher_id
    from judged as voided
    where voided.is_void and voided.is_creation and voided.rule_code is not null
),

units as (
    select source, event_id, teacher_id, rule_code, unit_id
    from teachers
    where
        (not is_creation or rule_code in ('assignment_reach', 'class_formation', 'class_notice'))
        -- Of these only the creator's own count.
        and (event_type not in ('activity_review', 'habit_interact') or actor_id = teacher_id)
    union distinct
    -- A creation bears on every week or day of its object.
    select teachers.source, teachers.event_id, teachers.teacher_id, teachers.rule_code, judged.unit_id
    from teachers
    inner join judged
        on teachers.rule_code = judged.rule_code and teachers.object_id = judged.object_id and not judged.is_creation
    where
        teachers.is_creation
        and teachers.rule_code in ('class_activity', 'habit_checkin')
        and (
            judged.event_type not in ('activity_review', 'habit_interact') or judged.actor_id = teachers.teacher_id
        )
)

select * from units
