-- Points of each category by week, by the roster of the as-of day: one row per week, school and category with a credit.
with weekly as (
    select
        {{ week_start('daily.credited_on') }} as week_start,
        listed.school_id, listed.district_id, rules.category,
        cast(sum(daily.points) as bigint) as points
    from {{ ref('int_daily_points') }} as daily
    inner join {{ ref('int_listed_today') }} as listed on daily.teacher_id = listed.teacher_id
    inner join {{ ref('indicators') }} as rules on daily.rule_code = rules.indicator and rules.kind = 'rule'
    group by {{ week_start('daily.credited_on') }}, listed.school_id, listed.district_id, rules.category
)

select * from weekly
