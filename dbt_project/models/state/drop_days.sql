-- What each drop brought up to the as-of day, and when its last moment is: one row per source and drop day with an accepted event.
{{ config(meta={'replaces': {'key': ['source', 'dt'], 'by': 'int_recounted_drops'}}) }}
-- depends_on: {{ ref('int_recounted_drops') }}
with run as (
    select * from {{ source('ops', 'run') }}
),

events as (
    select
        events.source, events.dt, events.latest_on,
        case when events.occurred_on <= run.as_of then events.occurred_on end as seen_on
    from {{ ref('stg_recounted_events') }} as events
    cross join run
),

drop_days as (
    select
        source, dt,
        count(seen_on) as events,
        cast(sum(case when seen_on < dt then 1 else 0 end) as bigint) as late_events,
        cast({{ dbt.datediff('min(seen_on)', 'dt', 'day') }} as integer) as longest_delay_days,
        min(seen_on) as first_on,
        max(seen_on) as last_on,
        max(latest_on) as latest_on
    from events
    group by source, dt
)

select * from drop_days
