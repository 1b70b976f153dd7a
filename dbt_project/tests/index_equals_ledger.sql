-- value: a listed teacher's index is the sum of the ledger's points inside the period.
-- If it fails, points were lost or priced twice between the ledger and the index.
with summed as (
    select periods.period_id, ledger.teacher_id, sum(ledger.points) as points
    from {{ ref('points_ledger') }} as ledger
    inner join {{ ref('periods') }} as periods
        on ledger.credited_on between periods.starts_on and periods.ends_on
    group by periods.period_id, ledger.teacher_id
)

select teacher_index.period_id, teacher_index.teacher_id, teacher_index.points, summed.points as ledger_points
from {{ ref('teacher_index') }} as teacher_index
left join summed
    on teacher_index.period_id = summed.period_id and teacher_index.teacher_id = summed.teacher_id
where teacher_index.points is distinct from coalesce(summed.points, 0)
