-- value: weeks and days hold all the points of the ledger, and nobody is active who is not listed.
-- If it fails, a model took another roster or lost a day.
with weekly as (
    select school_id, sum(points) as points
    from {{ ref('category_weekly') }}
    group by school_id
),

daily as (
    select school_id, sum(points) as points
    from {{ ref('activity_daily') }}
    group by school_id
),

credited as (
    select
        listed.school_id,
        sum(ledger.points) as points,
        -- Days run from the first event to the last; a profile still complete at New Year earns after it.
        sum(case when ledger.credited_on between span.first_on and span.last_on then ledger.points else 0 end)
            as points_of_days
    from {{ ref('points_ledger') }} as ledger
    inner join {{ ref('int_listed_today') }} as listed on ledger.teacher_id = listed.teacher_id
    cross join {{ ref('int_event_span') }} as span
    where ledger.credited_on is not null
    group by listed.school_id
),

differing as (
    select credited.school_id, credited.points, weekly.points as other_points
    from credited
    full outer join weekly on credited.school_id = weekly.school_id
    where coalesce(credited.points, 0) is distinct from coalesce(weekly.points, 0)
    union all
    select credited.school_id, credited.points_of_days as points, daily.points as other_points
    from credited
    full outer join daily on credited.school_id = daily.school_id
    where coalesce(credited.points_of_days, 0) is distinct from coalesce(daily.points, 0)
),

too_many as (
    select school_id, active_teachers as points, teachers as other_points
    from {{ ref('activity_spans') }}
    where active_teachers > teachers or lost_teachers > teachers or new_teachers > active_teachers
)

select * from differing
union all
select * from too_many
