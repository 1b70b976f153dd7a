-- Who is listed at which school, as each period counts it: one row per period and listed teacher.
with listed as (
    select
        snapshots.period_id,
        teachers.teacher_id,
        teachers.school_id,
        schools.district_id
    from {{ ref('int_period_rosters') }} as snapshots
    inner join {{ source('lake', 'roster_teachers') }} as teachers on snapshots.roster_on = teachers.dt
    inner join {{ source('lake', 'roster_schools') }} as schools
        on snapshots.roster_on = schools.dt and teachers.school_id = schools.school_id
    where teachers.status = 'active'
)

select * from listed
