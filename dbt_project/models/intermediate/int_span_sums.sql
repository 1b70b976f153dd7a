-- Points per indicator of each level: one row per span, level, entity and indicator with a credit.
with schools as (
    select
        span_id, school_id, district_id, indicator,
        sum(points) as points,
        sum(credits) as credits,
        sum(points_before) as points_before,
        sum(points_last_year) as points_last_year,
        sum(case when points > 0 then 1 else 0 end) as scoring_teachers
    from {{ ref('int_span_indicators') }}
    group by span_id, school_id, district_id, indicator
),

placed as (
    select schools.*, 'city' as level, 'city' as entity_id
    from schools
    union all
    select schools.*, 'district' as level, schools.district_id as entity_id
    from schools
    union all
    select schools.*, 'school' as level, schools.school_id as entity_id
    from schools
),

sums as (
    select
        span_id, level, entity_id, indicator,
        sum(points) as points,
        sum(credits) as credits,
        sum(points_before) as points_before,
        sum(points_last_year) as points_last_year,
        sum(scoring_teachers) as scoring_teachers
    from placed
    group by span_id, level, entity_id, indicator
)

select * from sums
