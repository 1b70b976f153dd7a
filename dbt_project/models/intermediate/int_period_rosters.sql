-- The roster snapshot each period is counted by: one row per period, none where there is no roster at all.
with snapshots as (
    select dt from {{ source('lake', 'roster_snapshots') }}
),

ranked as (
    select
        periods.period_id,
        snapshots.dt as roster_on,
        row_number() over (
            partition by periods.period_id
            order by
                -- The newest dated on or before the period's end or the as-of day; where none is, the oldest.
                case when snapshots.dt <= periods.counted_on then 0 else 1 end,
                case when snapshots.dt <= periods.counted_on then snapshots.dt end desc,
                snapshots.dt
        ) as place
    from {{ ref('periods') }} as periods
    cross join snapshots
),

chosen as (
    select period_id, roster_on
    from ranked
    where place = 1
)

select * from chosen
