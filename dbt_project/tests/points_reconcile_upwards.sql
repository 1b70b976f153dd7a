-- value: for each period and indicator, city = sum of districts = sum of schools = sum of teachers.
-- If it fails, an entity was lost or counted twice on the way up.
with levels as (
    select
        period_id, indicator,
        sum(case when level = 'city' then points else 0 end) as city,
        sum(case when level = 'district' then points else 0 end) as districts,
        sum(case when level = 'school' then points else 0 end) as schools,
        sum(case when level = 'city' then teachers else 0 end) as city_teachers,
        sum(case when level = 'district' then teachers else 0 end) as district_teachers,
        sum(case when level = 'school' then teachers else 0 end) as school_teachers
    from {{ ref('indicator_index') }}
    group by period_id, indicator
),

teachers as (
    select period_id, indicator, sum(points) as points, count(*) as teachers
    from {{ ref('teacher_indicator_index') }}
    group by period_id, indicator
)

select levels.*, teachers.points, teachers.teachers
from levels
full outer join teachers
    on levels.period_id = teachers.period_id and levels.indicator = teachers.indicator
where
    levels.city is distinct from levels.districts
    or levels.city is distinct from levels.schools
    or levels.city is distinct from coalesce(teachers.points, 0)
    or levels.city_teachers is distinct from levels.district_teachers
    or levels.city_teachers is distinct from levels.school_teachers
    or levels.city_teachers is distinct from coalesce(teachers.teachers, 0)
