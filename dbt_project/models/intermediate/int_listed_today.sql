-- Who is listed where on the as-of day: one row per listed teacher.
with run as (
    select * from {{ source('ops', 'run') }}
),

listed as (
    -- The as-of day's own year is a period that is counted on that very day.
    select listed.teacher_id, listed.school_id, listed.district_id
    from {{ ref('int_listed_teachers') }} as listed
    inner join run on listed.period_id = cast(extract(year from run.as_of) as string)
)

select * from listed
