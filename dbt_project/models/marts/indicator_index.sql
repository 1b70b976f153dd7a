-- Every index of the city, its districts and its schools: one row per period, level, entity and indicator.
with schools as (
    select period_id, school_id, district_id, indicator, count(*) as teachers, sum(points) as points
    from {{ ref('int_teacher_indicators') }}
    group by period_id, school_id, district_id, indicator
),

placed as (
    select period_id, 'city' as level, 'city' as entity_id, indicator, teachers, points
    from schools
    union all
    select period_id, 'district' as level, district_id as entity_id, indicator, teachers, points
    from schools
    union all
    select period_id, 'school' as level, school_id as entity_id, indicator, teachers, points
    from schools
),

sums as (
    select period_id, level, entity_id, indicator, sum(teachers) as teachers, sum(points) as points
    from placed
    group by period_id, level, entity_id, indicator
),

complete as (
    select
        entities.period_id, entities.level, entities.entity_id, entities.district_id, indicators.indicator,
        cast(coalesce(sums.teachers, 0) as bigint) as teachers,
        cast(coalesce(sums.points, 0) as bigint) as points,
        -- Two indices are equal as doubles just when they are equal as fractions, so ties are ties, as long as
        -- teachers * teachers * index stays below 2^53: a city of 100,000 with an index of 10,000 has 10^14.
        cast(sums.points as double) / nullif(cast(sums.teachers as double), 0) as index_value
    from {{ ref('int_entities') }} as entities
    cross join {{ ref('indicators') }} as indicators
    left join sums
        on entities.period_id = sums.period_id
        and entities.level = sums.level
        and entities.entity_id = sums.entity_id
        and indicators.indicator = sums.indicator
),

ranked as (
    select
        *,
        rank() over (partition by period_id, level, indicator order by index_value desc nulls last) as in_city,
        rank() over (
            partition by period_id, level, indicator, district_id order by index_value desc nulls last
        ) as in_district
    from complete
),

indices as (
    select
        period_id, level, entity_id, district_id, indicator, teachers, points, index_value,
        case when level = 'school' and index_value is not null then cast(in_district as integer) end as district_rank,
        case when level <> 'city' and index_value is not null then cast(in_city as integer) end as city_rank
    from ranked
)

select * from indices
