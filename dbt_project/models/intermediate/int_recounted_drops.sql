-- Drops whose events are counted anew: one row per source and drop day.
with drops as (
    select source, dt from {{ source('lake', 'recounted_drops') }}
)

select * from drops
