-- value: a teacher's index and ranks of a period are those of the span of the same days.
-- If it fails, the two sum up other credits, or another roster.
with periods as (
    select
        indices.period_id as span_id, indices.teacher_id, indices.points,
        indices.school_rank, indices.district_rank, indices.city_rank
    from {{ ref('teacher_index') }} as indices
    inner join {{ ref('spans') }} as shown on indices.period_id = shown.span_id
),

spans as (
    select
        indices.span_id, indices.teacher_id, indices.points,
        indices.school_rank, indices.district_rank, indices.city_rank
    from {{ ref('span_teacher_index') }} as indices
    inner join {{ ref('periods') }} as periods on indices.span_id = periods.period_id
)

select periods.*, spans.span_id as other_span_id, spans.points as other_points
from periods
full outer join spans on periods.span_id = spans.span_id and periods.teacher_id = spans.teacher_id
where
    periods.points is distinct from spans.points
    or periods.school_rank is distinct from spans.school_rank
    or periods.district_rank is distinct from spans.district_rank
    or periods.city_rank is distinct from spans.city_rank
