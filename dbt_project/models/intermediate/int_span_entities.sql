-- The city, its districts and its schools with their listed teachers, as each span counts them: one row per span, level and entity.
with listed as (
    select * from {{ ref('int_span_listed') }}
),

counts as (
    select span_id, 'city' as level, 'city' as entity_id, count(*) as teachers
    from listed
    group by span_id
    union all
    select span_id, 'district' as level, district_id as entity_id, count(*) as teachers
    from listed
    group by span_id, district_id
    union all
    select span_id, 'school' as level, school_id as entity_id, count(*) as teachers
    from listed
    group by span_id, school_id
),

entities as (
    select
        spans.span_id, spans.before_to, spans.last_year_to,
        entities.level, entities.entity_id, entities.district_id,
        cast(coalesce(counts.teachers, 0) as bigint) as teachers
    from {{ ref('spans') }} as spans
    inner join {{ ref('int_entities') }} as entities on spans.roster_period_id = entities.period_id
    left join counts
        on spans.span_id = counts.span_id
        and entities.level = counts.level
        and entities.entity_id = counts.entity_id
)

select * from entities
