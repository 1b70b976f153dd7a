-- The ledger's dated rows summed up: one row per teacher, rule and local day with a credit.
with days as (
    select
        teacher_id, rule_code, credited_on,
        cast(sum(points) as bigint) as points,
        cast(sum(case when decision = 'awarded' then 1 else 0 end) as bigint) as credits,
        cast(sum(case when decision = 'over_cap' then 1 else 0 end) as bigint) as over_cap
    from {{ ref('points_ledger') }}
    where credited_on is not null
    group by teacher_id, rule_code, credited_on
)

select * from days
