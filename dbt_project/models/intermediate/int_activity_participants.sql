-- Students who take part in an activity in a week, in order of their first event: one row per activity, week and student.
with first_of_student as (
    select
        object_id as activity_id,
        {{ week_start('occurred_on') }} as week_on,
        occurred_at, event_id,
        row_number() over (
            partition by object_id, {{ week_start('occurred_on') }}, actor_id
            order by occurred_at, event_id
        ) as place
    from {{ ref('stg_activities') }}
    where event_type = 'activity_join'
),

numbered as (
    select
        activity_id, week_on, occurred_at, event_id,
        row_number() over (partition by activity_id, week_on order by occurred_at, event_id) as nth
    from first_of_student
    where place = 1
)

select * from numbered
