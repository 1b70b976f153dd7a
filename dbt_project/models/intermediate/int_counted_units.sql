-- Units that count distinct accounts, with the threshold that binds them: one row per teacher, rule and unit.
with created as (
    select
        case object_kind when 'assignment' then 'assignment_reach' else 'class_notice' end as rule_code,
        creator_id as teacher_id,
        object_id as unit_id,
        created_on as judged_on
    from {{ ref('int_object_creations') }}
    where object_kind in ('assignment', 'notice')
),

reviewed as (
    select
        'assignment_review' as rule_code,
        actor_id as teacher_id,
        object_id as unit_id,
        min(occurred_on) as judged_on
    from {{ ref('stg_activities') }} as activities
    where event_type = 'assignment_review'
    group by actor_id, object_id
),

searched as (
    select
        'material_search' as rule_code,
        actor_id as teacher_id,
        cast({{ week_start('occurred_on') }} as string) as unit_id,
        min(occurred_on) as judged_on
    from {{ ref('stg_activities') }} as activities
    where event_type in ('material_collect', 'material_download')
    group by actor_id, {{ week_start('occurred_on') }}
),

units as (
    select * from created
    union all
    select * from reviewed
    union all
    select * from searched
),

bound as (
    select
        -- A number is grouped by in a fraction of the time of three texts; no reader sees it.
        row_number() over (order by units.rule_code, units.teacher_id, units.unit_id) as unit_no,
        units.rule_code, units.teacher_id, units.unit_id, versions.threshold, versions.window_hours
    from units
    inner join {{ ref('rules') }} as versions
        on units.rule_code = versions.rule_code
        and {{ in_force('versions', 'units.judged_on') }}
)

select * from bound
