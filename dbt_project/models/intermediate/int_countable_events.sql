-- Events that can be the first of their unit, for the rules that credit a first: one row per rule and event.
{{ config(materialized='view') }}
with activities as (
    select * from {{ ref('stg_activities') }}
),

own as (
    select
        case
            when event_type in ('resource_upload', 'resource_visibility') then 'resource_share'
            when event_type = 'article_publish' then 'teaching_article'
            when event_type = 'article_share' then 'result_spread'
            when event_type = 'courseware_upload' then 'courseware'
            when event_type = 'research_participate' then 'research_activity'
            when event_type in ('office_submit', 'office_approve') then 'campus_office'
        end as rule_code,
        actor_id as teacher_id,
        case
            when event_type in ('article_share', 'research_participate')
                then object_id || '|' || cast(occurred_on as string)
            when event_type = 'office_submit' then object_id || '|submit'
            when event_type = 'office_approve' then object_id || '|approve'
            else object_id
        end as unit_id,
        occurred_at, event_id
    from activities
    where
        event_type in (
            'article_publish', 'article_share', 'research_participate', 'office_submit', 'office_approve'
        )
        or (event_type in ('resource_upload', 'resource_visibility') and visibility = 'public')
        or (event_type = 'courseware_upload' and is_original and upload_status = 'success')
),

photos as (
    select
        versions.rule_code,
        activities.actor_id as teacher_id,
        activities.object_id as unit_id,
        activities.occurred_at, activities.event_id
    from activities
    inner join {{ ref('rules') }} as versions
        on versions.rule_code = 'photo_record'
        and {{ in_force('versions', 'activities.occurred_on') }}
    where activities.event_type = 'photo_post' and activities.photo_count >= versions.threshold
),

habits as (
    select
        'habit_checkin' as rule_code,
        creations.creator_id as teacher_id,
        activities.object_id || '|' || cast(activities.occurred_on as string) as unit_id,
        activities.occurred_at, activities.event_id
    from activities
    inner join {{ ref('int_object_creations') }} as creations
        on creations.object_kind = 'habit' and activities.object_id = creations.object_id
    where
        activities.event_type = 'habit_checkin'
        or (activities.event_type = 'habit_interact' and activities.actor_id = creations.creator_id)
),

countable as (
    select * from own
    union all
    select * from photos
    union all
    select * from habits
)

select * from countable
