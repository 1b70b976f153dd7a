-- Units of the teacher who acted that void events belonged to: one row per event, rule and unit.
with voided as (
    select
        *,
        cast(occurred_at as date) as occurred_on
    from {{ ref('voided_events') }}
    where actor_role = 'teacher'
),

run as (
    select * from {{ source('ops', 'run') }}
),

acts as (
    select
        source, event_id,
        actor_id as teacher_id,
        case
            when event_type = 'login' then 'login'
            when event_type in ('resource_upload', 'resource_visibility') then 'resource_share'
            when event_type = 'photo_post' then 'photo_record'
            when event_type = 'article_publish' then 'teaching_article'
            when event_type = 'article_share' then 'result_spread'
            when event_type = 'lesson_session' then 'interactive_lesson'
            when event_type = 'assignment_review' then 'assignment_review'
            when event_type in ('material_collect', 'material_download') then 'material_search'
            when event_type = 'courseware_upload' then 'courseware'
            when event_type = 'research_participate' then 'research_activity'
            when event_type in ('office_submit', 'office_approve') then 'campus_office'
        end as rule_code,
        case
            when event_type = 'login' then cast(occurred_on as string)
            when event_type in ('material_collect', 'material_download')
                then cast({{ week_start('occurred_on') }} as string)
            when event_type in ('article_share', 'research_participate')
                then object_id || '|' || cast(occurred_on as string)
            when event_type = 'office_submit' then object_id || '|submit'
            when event_type = 'office_approve' then object_id || '|approve'
            else object_id
        end as unit_id
    from voided
),

years as (
    -- What a profile update set holds on, so it belongs to the years after it too.
    select
        voided.source, voided.event_id,
        voided.actor_id as teacher_id,
        {{ each_integer('extract(year from voided.occurred_on)', 'extract(year from run.as_of)') }} as year_no
    from voided
    cross join run
    where voided.event_type = 'profile_update'
),

units as (
    select source, event_id, teacher_id, rule_code, unit_id
    from acts
    where rule_code is not null
    union all
    select source, event_id, teacher_id, 'profile_complete' as rule_code, right('000' || year_no, 4) as unit_id
    from years
)

select * from units
