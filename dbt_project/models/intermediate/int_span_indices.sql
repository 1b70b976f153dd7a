-- Every index of a span and of the one it is compared with, not yet ranked: one row per span, level, entity and indicator.
with complete as (
    select
        entities.span_id, entities.level, entities.entity_id, entities.district_id, indicators.indicator,
        indicators.kind, entities.teachers, entities.before_to, entities.last_year_to,
        cast(coalesce(sums.scoring_teachers, 0) as bigint) as scoring_teachers,
        cast(coalesce(sums.points, 0) as bigint) as points,
        cast(coalesce(sums.points_before, 0) as bigint) as points_before,
        cast(coalesce(sums.points_last_year, 0) as bigint) as points_last_year,
        cast(coalesce(sums.credits, 0) as bigint) as credits,
        cast(entities.teachers * coalesce(caps.credits, 0) as bigint) as credits_possible
    from {{ ref('int_span_entities') }} as entities
    cross join {{ ref('indicators') }} as indicators
    left join {{ ref('int_span_sums') }} as sums
        on entities.span_id = sums.span_id
        and entities.level = sums.level
        and entities.entity_id = sums.entity_id
        and indicators.indicator = sums.indicator
    left join {{ ref('int_span_caps') }} as caps
        on entities.span_id = caps.span_id and indicators.indicator = caps.rule_code
),

indices as (
    select
        span_id, level, entity_id, district_id, indicator, teachers, scoring_teachers, points,
        cast(points as double) / nullif(cast(teachers as double), 0) as index_value,
        case when before_to is not null then points_before end as points_before,
        case when before_to is not null
            then cast(points_before as double) / nullif(cast(teachers as double), 0) end as index_before,
        case when last_year_to is not null then points_last_year end as points_last_year,
        case when kind = 'rule' then credits end as credits,
        case when kind = 'rule' then credits_possible end as credits_possible
    from complete
)

select * from indices
