-- Rule interactive_lesson: one row per teacher and session, credited when its first long enough part became so.
with parts as (
    select
        actor_id as teacher_id, object_id as unit_id, event_id, started_at, ended_at,
        min(occurred_on) over (partition by actor_id, object_id) as first_on
    from {{ ref('stg_activities') }}
    where event_type = 'lesson_session'
),

measured as (
    select
        parts.teacher_id, parts.unit_id, parts.event_id, parts.started_at, versions.threshold,
        {{ whole_minutes('parts.started_at', 'parts.ended_at') }} as minutes,
        {{ dbt.dateadd('minute', 'versions.threshold', 'parts.started_at') }} as reached_at
    from parts
    inner join {{ ref('rules') }} as versions
        on versions.rule_code = 'interactive_lesson'
        and {{ in_force('versions', 'parts.first_on') }}
),

ranked as (
    select
        *,
        max(minutes) over (partition by teacher_id, unit_id) as longest,
        row_number() over (
            partition by teacher_id, unit_id
            order by case when minutes >= threshold then 0 else 1 end, started_at, event_id
        ) as place
    from measured
),

units as (
    select
        teacher_id,
        'interactive_lesson' as rule_code,
        unit_id,
        case when longest >= threshold then reached_at end as credited_at,
        case when longest >= threshold then event_id end as event_id,
        case when longest >= threshold then threshold else longest end as progress,
        threshold
    from ranked
    where place = 1
)

select * from units
