-- How late what was accepted came in: one row per source and drop day with an event up to the as-of day.
with events as (
    select 'logins' as source, dt, occurred_on from {{ ref('stg_logins') }}
    union all
    select 'activities' as source, dt, occurred_on from {{ ref('stg_activities') }}
),

arrivals as (
    select
        source, dt,
        count(*) as events,
        cast(sum(case when occurred_on < dt then 1 else 0 end) as bigint) as late_events,
        cast(max({{ dbt.datediff('occurred_on', 'dt', 'day') }}) as integer) as longest_delay_days
    from events
    group by source, dt
)

select * from arrivals
