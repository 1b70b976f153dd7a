-- Works of an activity that its creator reviewed or shared, in order of their first: one row per activity and work.
with reviews as (
    select
        activities.object_id as activity_id,
        {{ week_start('activities.occurred_on') }} as week_on,
        activities.occurred_at, activities.event_id,
        row_number() over (
            partition by activities.object_id, activities.work_id
            order by activities.occurred_at, activities.event_id
        ) as place
    from {{ ref('stg_activities') }} as activities
    inner join {{ ref('int_object_creations') }} as creations
        on creations.object_kind = 'activity'
        and activities.object_id = creations.object_id
        and activities.actor_id = creations.creator_id
    where activities.event_type = 'activity_review'
),

works as (
    select
        activity_id, week_on, occurred_at, event_id,
        place = 1 as is_first,
        sum(case when place = 1 then 1 else 0 end) over (
            partition by activity_id order by occurred_at, event_id
            rows between unbounded preceding and current row
        ) as nth
    from reviews
)

select * from works
