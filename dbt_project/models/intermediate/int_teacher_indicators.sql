-- Points per indicator, zero included: one row per period, listed teacher and indicator.
with listed as (
    select * from {{ ref('int_listed_teachers') }}
),

indicators as (
    select * from {{ ref('indicators') }}
),

earned as (
    select period_id, teacher_id, rule_code as indicator, points
    from {{ ref('teacher_rule_points') }}
    union all
    select points.period_id, points.teacher_id, rules.category as indicator, points.points
    from {{ ref('teacher_rule_points') }} as points
    inner join {{ ref('indicators') }} as rules on points.rule_code = rules.indicator and rules.kind = 'rule'
    union all
    select period_id, teacher_id, 'total' as indicator, points
    from {{ ref('teacher_rule_points') }}
),

sums as (
    select period_id, teacher_id, indicator, sum(points) as points
    from earned
    group by period_id, teacher_id, indicator
),

complete as (
    select
        listed.period_id, listed.teacher_id, listed.school_id, listed.district_id,
        indicators.indicator,
        cast(coalesce(sums.points, 0) as bigint) as points
    from listed
    cross join indicators
    left join sums
        on listed.period_id = sums.period_id
        and listed.teacher_id = sums.teacher_id
        and indicators.indicator = sums.indicator
)

select * from complete
