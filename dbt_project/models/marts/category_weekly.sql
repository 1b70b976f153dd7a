-- Points of each category by week, by the roster of the as-of day: one row per week, school and category with a credit.
with weekly as (
    select
        {{ week_start('points.day') }} as week_start,
        points.school_id, points.district_id, rules.category,
        cast(sum(points.points) as bigint) as points
    from {{ ref('int_school_points') }} as points
    inner join {{ ref('indicators') }} as rules on points.rule_code = rules.indicator and rules.kind = 'rule'
    group by {{ week_start('points.day') }}, points.school_id, points.district_id, rules.category
)

select * from weekly
