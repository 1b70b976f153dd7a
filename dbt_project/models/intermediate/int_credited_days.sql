-- Days on which anything was credited: one row per local day.
with days as (
    select distinct credited_on as day
    from {{ ref('points_ledger') }}
    where credited_on is not null
)

select * from days
