-- value: a period's index, and what the cockpit shows for it as a span, are the same.
-- If it fails, one of the two counts other credits or another roster.
with periods as (
    select
        indices.period_id as span_id, indices.level, indices.entity_id, indices.indicator,
        indices.teachers, indices.points, indices.index_value, indices.city_rank
    from {{ ref('indicator_index') }} as indices
    inner join {{ ref('spans') }} as shown on indices.period_id = shown.span_id
),

spans as (
    select
        index_of_spans.span_id, index_of_spans.level, index_of_spans.entity_id, index_of_spans.indicator,
        index_of_spans.teachers, index_of_spans.points, index_of_spans.index_value, index_of_spans.city_rank
    from {{ ref('span_indicator_index') }} as index_of_spans
    inner join {{ ref('periods') }} as periods on index_of_spans.span_id = periods.period_id
)

select periods.span_id, periods.level, periods.entity_id, periods.indicator, spans.span_id as other_span_id
from periods
full outer join spans
    on periods.span_id = spans.span_id
    and periods.level = spans.level
    and periods.entity_id = spans.entity_id
    and periods.indicator = spans.indicator
where
    periods.points is distinct from spans.points
    or periods.teachers is distinct from spans.teachers
    or periods.index_value is distinct from spans.index_value
    or periods.city_rank is distinct from spans.city_rank
