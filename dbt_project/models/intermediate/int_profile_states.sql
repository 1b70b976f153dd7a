-- How complete each teacher's profile is after each update: one row per profile_update event.
with updates as (
    select
        actor_id as teacher_id, occurred_at, occurred_on, event_id,
        {{ last_known('profile_avatar') }} as avatar,
        {{ last_known('profile_email') }} as email,
        {{ last_known('profile_phone') }} as phone,
        {{ last_known('profile_wechat') }} as wechat,
        {{ last_known('profile_school') }} as school,
        {{ last_known('profile_class') }} as class,
        {{ last_known('profile_subject') }} as subject
    from {{ ref('stg_activities') }}
    where event_type = 'profile_update'
    window so_far as (
        partition by actor_id order by occurred_at, event_id
        rows between unbounded preceding and current row
    )
),

counted as (
    select
        teacher_id, occurred_at, occurred_on, event_id,
        -- A cleared field is an empty string, one never set is null; neither is more than nothing.
        case when avatar > '' then 1 else 0 end
        + case when email > '' or phone > '' or wechat > '' then 1 else 0 end
        + case when school > '' or class > '' then 1 else 0 end
        + case when subject > '' then 1 else 0 end as parts_held
    from updates
),

states as (
    select
        *,
        coalesce(lag(parts_held) over (partition by teacher_id order by occurred_at, event_id), 0)
            as parts_held_before
    from counted
)

select * from states
