-- Every teacher ranking: one row per period, listed teacher and indicator.
-- Who has the same points at the same school has the same ranks, so these are counted for few rows, not for all.
with alike as (
    select period_id, indicator, school_id, district_id, points, count(*) as teachers
    from {{ ref('int_teacher_indicators') }}
    group by period_id, indicator, school_id, district_id, points
),

in_school as (
    select
        *,
        1 + sum(teachers) over (partition by period_id, indicator, school_id order by points desc) - teachers as place
    from alike
),

alike_in_district as (
    select period_id, indicator, district_id, points, sum(teachers) as teachers
    from alike
    group by period_id, indicator, district_id, points
),

in_district as (
    select
        *,
        1 + sum(teachers) over (partition by period_id, indicator, district_id order by points desc) - teachers as place
    from alike_in_district
),

alike_in_city as (
    select period_id, indicator, points, sum(teachers) as teachers
    from alike
    group by period_id, indicator, points
),

in_city as (
    select
        *,
        1 + sum(teachers) over (partition by period_id, indicator order by points desc) - teachers as place
    from alike_in_city
),

places as (
    select
        in_school.period_id, in_school.indicator, in_school.school_id, in_school.points,
        cast(in_school.place as integer) as school_rank,
        cast(in_district.place as integer) as district_rank,
        cast(in_city.place as integer) as city_rank
    from in_school
    inner join in_district
        on in_school.period_id = in_district.period_id
        and in_school.indicator = in_district.indicator
        and in_school.district_id = in_district.district_id
        and in_school.points = in_district.points
    inner join in_city
        on in_school.period_id = in_city.period_id
        and in_school.indicator = in_city.indicator
        and in_school.points = in_city.points
),

ranked as (
    select
        earned.period_id, earned.teacher_id, earned.school_id, earned.district_id, earned.indicator, earned.points,
        places.school_rank, places.district_rank, places.city_rank
    from {{ ref('int_teacher_indicators') }} as earned
    inner join places
        on earned.period_id = places.period_id
        and earned.indicator = places.indicator
        and earned.school_id = places.school_id
        and earned.points = places.points
)

select * from ranked
