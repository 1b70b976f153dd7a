-- Points per indicator, where there are any: one row per span, listed teacher and indicator with a credit.
with earned as (
    select * from {{ ref('int_span_points') }}
),

by_rule as (
    select
        span_id, teacher_id, school_id, district_id, rule_code as indicator,
        points, credits, points_before, points_last_year
    from earned
),

by_category as (
    select
        earned.span_id, earned.teacher_id, earned.school_id, earned.district_id, rules.category as indicator,
        sum(earned.points) as points,
        cast(null as bigint) as credits,
        sum(earned.points_before) as points_before,
        sum(earned.points_last_year) as points_last_year
    from earned
    inner join {{ ref('indicators') }} as rules on earned.rule_code = rules.indicator and rules.kind = 'rule'
    group by earned.span_id, earned.teacher_id, earned.school_id, earned.district_id, rules.category
),

in_total as (
    select
        span_id, teacher_id, school_id, district_id, 'total' as indicator,
        sum(points) as points,
        cast(null as bigint) as credits,
        sum(points_before) as points_before,
        sum(points_last_year) as points_last_year
    from earned
    group by span_id, teacher_id, school_id, district_id
),

indicators as (
    select * from by_rule
    union all
    select * from by_category
    union all
    select * from in_total
)

select * from indicators
