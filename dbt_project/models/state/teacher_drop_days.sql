-- What each account did as a teacher, by the drop that told of it: one row per source, drop day, account and local day with a login or an act up to the as-of day.
{{ config(meta={'replaces': {'key': ['source', 'dt'], 'by': 'int_recounted_drops'}}) }}
-- depends_on: {{ ref('int_recounted_drops') }}
with run as (
    select * from {{ source('ops', 'run') }}
),

acts as (
    select events.source, events.dt, events.teacher_id, events.occurred_on as day, events.login
    from {{ ref('stg_recounted_events') }} as events
    inner join run on events.occurred_on <= run.as_of
    where events.teacher_id is not null
),

days as (
    select source, dt, teacher_id, day, cast(sum(login) as bigint) as logins
    from acts
    group by source, dt, teacher_id, day
)

select * from days
