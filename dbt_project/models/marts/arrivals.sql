-- How late what was accepted came in: one row per source and drop day with an event up to the as-of day.
with arrivals as (
    select source, dt, events, late_events, longest_delay_days
    from {{ ref('drop_days') }}
    where events > 0
)

select * from arrivals
