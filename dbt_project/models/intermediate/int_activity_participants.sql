-- Students who take part in an activity in a week, in order of their first event: one row per activity, week and student.
with first_of_student as (
    select
        object_id as activity_id,
        {{ week_start('occurred_on') }} as week_on,
        {{ first_of('occurred_at', 'event_id') }} as first_event
    from {{ ref('stg_activities') }}
    where event_type = 'activity_join'
    group by object_id, {{ week_start('occurred_on') }}, actor_id
),

numbered as (
    select
        activity_id, week_on,
        first_event.occurred_at as occurred_at,
        first_event.event_id as event_id,
        row_number() over (
            partition by activity_id, week_on order by first_event.occurred_at, first_event.event_id
        ) as nth
    from first_of_student
)

select * from numbered
