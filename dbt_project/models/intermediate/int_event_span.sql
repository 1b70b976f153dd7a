-- The first and last local day with an accepted event up to the as-of day: one row, null days if there is none.
with span as (
    select min(first_on) as first_on, max(last_on) as last_on
    from {{ ref('drop_days') }}
)

select * from span
