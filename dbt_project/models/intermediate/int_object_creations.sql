-- Who created each object and when, by its earliest creation event: one row per object kind and object.
with creations as (
    select
        case event_type
            when 'assignment_create' then 'assignment'
            when 'class_create' then 'class'
            when 'notice_post' then 'notice'
            when 'activity_create' then 'activity'
            when 'habit_create' then 'habit'
        end as object_kind,
        object_id,
        actor_id as creator_id,
        occurred_at as created_at,
        occurred_on as created_on,
        event_id
    from {{ ref('stg_activities') }}
    where event_type in ('assignment_create', 'class_create', 'notice_post', 'activity_create', 'habit_create')
),

ranked as (
    select
        *,
        row_number() over (partition by object_kind, object_id order by created_at, event_id) as place
    from creations
),

earliest as (
    select object_kind, object_id, creator_id, created_at, created_on, event_id
    from ranked
    where place = 1
)

select * from earliest
