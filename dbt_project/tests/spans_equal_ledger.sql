-- value: what a teacher has in a span, before it and by each rule is what the ledger credited on those days.
-- A year's or a window's own points are held against the ledger by index_equals_ledger.
-- If it fails, a stretch of days was put into a span it does not lie in, or left out of one.
with credited as (
    select spans.span_id, ledger.teacher_id, ledger.points, 0 as points_before
    from {{ ref('points_ledger') }} as ledger
    inner join {{ ref('spans') }} as spans on ledger.credited_on between spans.starts_on and spans.counted_on
    where spans.kind in ('month', 'week')
    union all
    select spans.span_id, ledger.teacher_id, 0 as points, ledger.points as points_before
    from {{ ref('points_ledger') }} as ledger
    inner join {{ ref('spans') }} as spans on ledger.credited_on between spans.before_from and spans.before_to
),

expected as (
    select span_id, teacher_id, sum(points) as points, sum(points_before) as points_before
    from credited
    group by span_id, teacher_id
),

by_rule as (
    select span_id, teacher_id, sum(points) as points, sum(points_before) as points_before
    from {{ ref('span_teacher_points') }}
    group by span_id, teacher_id
)

select found.span_id, found.teacher_id, found.points, expected.points as ledger_points
from {{ ref('span_teacher_index') }} as found
inner join {{ ref('spans') }} as shown on found.span_id = shown.span_id
left join expected on found.span_id = expected.span_id and found.teacher_id = expected.teacher_id
left join by_rule on found.span_id = by_rule.span_id and found.teacher_id = by_rule.teacher_id
where
    (shown.kind in ('month', 'week') and found.points is distinct from coalesce(expected.points, 0))
    or coalesce(found.points_before, 0) is distinct from coalesce(expected.points_before, 0)
    or found.points is distinct from coalesce(by_rule.points, 0)
    or coalesce(found.points_before, 0) is distinct from coalesce(by_rule.points_before, 0)
