-- Rule class_formation: one row per created class, credited when its members at one time first reach the threshold.
with classes as (
    select creations.object_id as unit_id, creations.creator_id as teacher_id, versions.threshold
    from {{ ref('int_object_creations') }} as creations
    inner join {{ ref('rules') }} as versions
        on versions.rule_code = 'class_formation'
        and {{ in_force('versions', 'creations.created_on') }}
    where creations.object_kind = 'class'
),

movements as (
    select
        object_id as unit_id, occurred_at, event_id, event_type,
        lag(event_type) over (partition by object_id, actor_id order by occurred_at, event_id) as type_before
    from {{ ref('stg_activities') }}
    where event_type in ('class_join', 'class_leave')
),

changes as (
    select
        unit_id, occurred_at, event_id,
        -- A join of one who is in, or a leave of one who is out, changes nothing.
        case
            when event_type = 'class_join' and coalesce(type_before, 'class_leave') = 'class_leave' then 1
            when event_type = 'class_leave' and type_before = 'class_join' then -1
            else 0
        end as change
    from movements
),

sizes as (
    select
        unit_id, occurred_at, event_id,
        sum(change) over (
            partition by unit_id order by occurred_at, event_id
            rows between unbounded preceding and current row
        ) as members
    from changes
),

judged as (
    select
        classes.unit_id, classes.teacher_id, classes.threshold,
        sizes.occurred_at, sizes.event_id, coalesce(sizes.members, 0) as members,
        row_number() over (
            partition by classes.unit_id
            order by
                case when sizes.members >= classes.threshold then 0 else 1 end,
                sizes.occurred_at, sizes.event_id
        ) as place,
        max(coalesce(sizes.members, 0)) over (partition by classes.unit_id) as most_members
    from classes
    left join sizes on classes.unit_id = sizes.unit_id
),

units as (
    select
        teacher_id,
        'class_formation' as rule_code,
        unit_id,
        case when most_members >= threshold then occurred_at end as credited_at,
        case when most_members >= threshold then event_id end as event_id,
        cast(least(most_members, threshold) as integer) as progress,
        threshold
    from judged
    where place = 1
)

select * from units
