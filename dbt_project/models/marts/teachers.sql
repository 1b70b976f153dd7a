-- Who the listed teachers are, as each period's roster has them: one row per period and listed teacher.
with listed as (
    select rosters.roster_on, listed.period_id, listed.teacher_id
    from {{ ref('int_listed_teachers') }} as listed
    inner join {{ ref('int_period_rosters') }} as rosters on listed.period_id = rosters.period_id
),

teachers as (
    select
        listed.period_id, listed.teacher_id,
        roster.name as teacher_name,
        roster.school_id, roster.subject,
        roster.verified = 'true' as is_verified
    from listed
    inner join {{ source('lake', 'roster_teachers') }} as roster
        on listed.roster_on = roster.dt and listed.teacher_id = roster.teacher_id
)

select * from teachers
