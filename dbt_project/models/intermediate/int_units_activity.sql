-- Rule class_activity: one row per created activity and week with a participant or a review by its creator.
with activities as (
    select
        creations.object_id as activity_id, creations.creator_id as teacher_id,
        versions.threshold, versions.works_threshold
    from {{ ref('int_object_creations') }} as creations
    inner join {{ ref('rules') }} as versions
        on versions.rule_code = 'class_activity'
        and {{ in_force('versions', 'creations.created_on') }}
    where creations.object_kind = 'activity'
),

participants as (
    select * from {{ ref('int_activity_participants') }}
),

works as (
    select * from {{ ref('int_activity_works') }}
),

weeks as (
    select activity_id, week_on from participants
    union distinct
    select activity_id, week_on from works
),

counts as (
    select activity_id, week_on, cast(count(*) as integer) as students
    from participants
    group by activity_id, week_on
),

reached as (
    select activities.activity_id, participants.week_on, participants.occurred_at, participants.event_id
    from activities
    inner join participants
        on activities.activity_id = participants.activity_id
        and activities.threshold = participants.nth
    union all
    select activities.activity_id, works.week_on, works.occurred_at, works.event_id
    from activities
    inner join works
        on activities.activity_id = works.activity_id
        and activities.works_threshold = works.nth
        and works.is_first
),

earlier as (
    select
        *,
        row_number() over (partition by activity_id, week_on order by occurred_at, event_id) as place
    from reached
),

units as (
    select
        activities.teacher_id,
        'class_activity' as rule_code,
        activities.activity_id || '|' || cast(weeks.week_on as string) as unit_id,
        earlier.occurred_at as credited_at,
        earlier.event_id,
        case
            when earlier.event_id is null then coalesce(counts.students, 0)
            else activities.threshold
        end as progress,
        activities.threshold
    from activities
    inner join weeks on activities.activity_id = weeks.activity_id
    left join counts on weeks.activity_id = counts.activity_id and weeks.week_on = counts.week_on
    left join earlier
        on weeks.activity_id = earlier.activity_id and weeks.week_on = earlier.week_on and earlier.place = 1
)

select * from units
