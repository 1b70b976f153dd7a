-- value: in every span city = districts = schools = teachers, now and before.
-- If it fails, a level lost or doubled somebody.
with teachers as (
    select span_id, sum(points) as points, sum(points_before) as points_before, count(*) as teachers
    from {{ ref('span_teacher_index') }}
    group by span_id
),

levels as (
    select
        span_id, level,
        sum(points) as points, sum(points_before) as points_before, sum(teachers) as teachers
    from {{ ref('span_indicator_index') }}
    where indicator = 'total'
    group by span_id, level
)

select levels.span_id, levels.level, levels.points, teachers.points as points_of_teachers
from levels
full outer join teachers on levels.span_id = teachers.span_id
where
    levels.points is distinct from coalesce(teachers.points, 0)
    or levels.teachers is distinct from coalesce(teachers.teachers, 0)
    or coalesce(levels.points_before, 0) is distinct from coalesce(teachers.points_before, 0)
