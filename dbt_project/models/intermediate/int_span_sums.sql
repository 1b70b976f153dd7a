-- Points per indicator of each level: one row per span, level, entity and indicator with a credit.
with earned as (
    select * from {{ ref('int_span_indicators') }}
),

placed as (
    select earned.*, 'city' as level, 'city' as entity_id
    from earned
    union all
    select earned.*, 'district' as level, earned.district_id as entity_id
    from earned
    union all
    select earned.*, 'school' as level, earned.school_id as entity_id
    from earned
),

sums as (
    select
        span_id, level, entity_id, indicator,
        sum(points) as points,
        sum(credits) as credits,
        sum(points_before) as points_before,
        sum(points_last_year) as points_last_year,
        sum(case when points > 0 then 1 else 0 end) as scoring_teachers
    from placed
    group by span_id, level, entity_id, indicator
)

select * from sums
