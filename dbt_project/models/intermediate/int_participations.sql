-- What counts towards a unit of distinct accounts: one row per rule and event, with the account it counts for.
with activities as (
    select * from {{ ref('stg_activities') }}
),

bound as (
    select * from {{ ref('int_counted_units') }}
),

created as (
    select
        bound.rule_code, bound.teacher_id, bound.unit_id, bound.window_hours, creations.created_at,
        case creations.object_kind when 'assignment' then 'assignment_response' else 'notice_reply' end
            as event_type
    from bound
    inner join {{ ref('int_object_creations') }} as creations
        on bound.unit_id = creations.object_id
        and creations.object_kind = case bound.rule_code
            when 'assignment_reach' then 'assignment'
            when 'class_notice' then 'notice'
        end
),

responses as (
    select
        created.rule_code, created.teacher_id, created.unit_id,
        activities.actor_id as account_id, activities.occurred_at, activities.event_id
    from activities
    inner join created
        on activities.event_type = created.event_type
        and activities.object_id = created.unit_id
    where
        activities.occurred_at >= created.created_at
        and (
            created.window_hours is null
            or activities.occurred_at <= {{ dbt.dateadd('hour', 'created.window_hours', 'created.created_at') }}
        )
),

reviews as (
    select
        'assignment_review' as rule_code, actor_id as teacher_id, object_id as unit_id,
        student_id as account_id, occurred_at, event_id
    from activities
    where event_type = 'assignment_review'
),

searches as (
    select
        'material_search' as rule_code, actor_id as teacher_id,
        cast({{ week_start('occurred_on') }} as string) as unit_id,
        object_id as account_id, occurred_at, event_id
    from activities
    where event_type in ('material_collect', 'material_download')
),

participations as (
    select * from responses
    union all
    select * from reviews
    union all
    select * from searches
)

select * from participations
