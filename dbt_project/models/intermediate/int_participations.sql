-- What counts towards a unit of distinct accounts: one row per rule and event, with the account it counts for.
-- Events are read where they are wanted: what several parts share, DuckDB would write out whole first.
{{ config(materialized='view') }}
with bound as (
    select * from {{ ref('int_counted_units') }}
),

created as (
    select
        bound.unit_no, bound.unit_id, creations.created_at,
        case creations.object_kind when 'assignment' then 'assignment_response' else 'notice_reply' end
            as event_type,
        {{ dbt.dateadd('hour', 'bound.window_hours', 'creations.created_at') }} as closes_at
    from bound
    inner join {{ ref('int_object_creations') }} as creations
        on bound.unit_id = creations.object_id
        and creations.object_kind = case bound.rule_code
            when 'assignment_reach' then 'assignment'
            when 'class_notice' then 'notice'
        end
),

responses as (
    select created.unit_no, activities.actor_id as account_id, activities.occurred_at, activities.event_id
    from {{ ref('stg_activities') }} as activities
    inner join created
        on activities.event_type = created.event_type
        and activities.object_id = created.unit_id
    where
        activities.event_type in ('assignment_response', 'notice_reply')
        and activities.occurred_at >= created.created_at
        and (created.closes_at is null or activities.occurred_at <= created.closes_at)
),

reviews as (
    select bound.unit_no, activities.student_id as account_id, activities.occurred_at, activities.event_id
    from {{ ref('stg_activities') }} as activities
    inner join bound on activities.actor_id = bound.teacher_id and activities.object_id = bound.unit_id
    where activities.event_type = 'assignment_review' and bound.rule_code = 'assignment_review'
),

searches as (
    select bound.unit_no, activities.object_id as account_id, activities.occurred_at, activities.event_id
    from {{ ref('stg_activities') }} as activities
    inner join bound
        on activities.actor_id = bound.teacher_id
        and cast({{ week_start('activities.occurred_on') }} as string) = bound.unit_id
    where
        activities.event_type in ('material_collect', 'material_download')
        and bound.rule_code = 'material_search'
),

participations as (
    select * from responses
    union all
    select * from reviews
    union all
    select * from searches
)

select * from participations
