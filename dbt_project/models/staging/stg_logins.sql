-- Accepted logins that the as-of day lets us see: one row per event.
with logins as (
    select * from {{ source('lake', 'logins') }}
),

run as (
    select * from {{ source('ops', 'run') }}
),

seen as (
    select
        logins.*,
        cast(logins.occurred_at as date) as occurred_on
    from logins
    cross join run
    where cast(logins.occurred_at as date) <= run.as_of
)

select * from seen
