-- How points spread over the listed teachers of the city, a district or a school: one row per span, level and entity with a listed teacher.
with teachers as (
    select * from {{ ref('span_teacher_index') }}
),

placed as (
    select span_id, 'city' as level, 'city' as entity_id, points from teachers
    union all
    select span_id, 'district' as level, district_id as entity_id, points from teachers
    union all
    select span_id, 'school' as level, school_id as entity_id, points from teachers
),

spread as (
    select
        span_id, level, entity_id,
        count(*) as teachers,
        cast(sum(case when points = 0 then 1 else 0 end) as bigint) as zero_teachers,
        cast(min(points) as double) as least,
        {{ quantile('points', 0.25) }} as lower_quartile,
        {{ quantile('points', 0.5) }} as median,
        {{ quantile('points', 0.75) }} as upper_quartile,
        cast(max(points) as double) as most
    from placed
    group by span_id, level, entity_id
)

select * from spread
