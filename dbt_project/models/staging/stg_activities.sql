-- Accepted activities that the as-of day lets us see: one row per event.
with activities as (
    select * from {{ source('lake', 'activities') }}
),

run as (
    select * from {{ source('ops', 'run') }}
),

seen as (
    select
        activities.*,
        cast(activities.occurred_at as date) as occurred_on
    from activities
    cross join run
    where cast(activities.occurred_at as date) <= run.as_of
)

select * from seen
