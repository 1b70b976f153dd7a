-- Every index of every span with its ranks, now and before: one row per span, level, entity and indicator.
with ranked as (
    select
        *,
        rank() over (partition by span_id, level, indicator order by index_value desc nulls last) as in_city,
        rank() over (
            partition by span_id, level, indicator, district_id order by index_value desc nulls last
        ) as in_district,
        rank() over (partition by span_id, level, indicator order by index_before desc nulls last)
            as in_city_before,
        rank() over (
            partition by span_id, level, indicator, district_id order by index_before desc nulls last
        ) as in_district_before
    from {{ ref('int_span_indices') }}
),

indices as (
    select
        span_id, level, entity_id, district_id, indicator, teachers, scoring_teachers, points, index_value,
        case when level = 'school' and index_value is not null then cast(in_district as integer) end as district_rank,
        case when level <> 'city' and index_value is not null then cast(in_city as integer) end as city_rank,
        points_before, index_before,
        case when level = 'school' and index_before is not null then cast(in_district_before as integer) end
            as district_rank_before,
        case when level <> 'city' and index_before is not null then cast(in_city_before as integer) end
            as city_rank_before,
        points_last_year, credits, credits_possible
    from ranked
)

select * from indices
