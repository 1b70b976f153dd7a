-- Points of the listed teachers of each school, by the roster of the as-of day: one row per school, rule and local day with a credit.
with points as (
    select
        listed.school_id, listed.district_id, ledger.rule_code,
        ledger.credited_on as day,
        cast(sum(ledger.points) as bigint) as points
    from {{ ref('points_ledger') }} as ledger
    inner join {{ ref('int_listed_today') }} as listed on ledger.teacher_id = listed.teacher_id
    where ledger.credited_on is not null
    group by listed.school_id, listed.district_id, ledger.rule_code, ledger.credited_on
)

select * from points
