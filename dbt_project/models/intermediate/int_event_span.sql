-- The first and last local day with an accepted event up to the as-of day: one row, null days if there is none.
with days as (
    select min(occurred_on) as first_on, max(occurred_on) as last_on from {{ ref('stg_activities') }}
    union all
    select min(occurred_on) as first_on, max(occurred_on) as last_on from {{ ref('stg_logins') }}
),

span as (
    select
        min(first_on) as first_on,
        max(last_on) as last_on
    from days
)

select * from span
