-- The city, its districts and its schools as each period's roster has them: one row per period, level and entity.
with rosters as (
    select * from {{ ref('int_period_rosters') }}
),

districts as (
    select rosters.period_id, districts.district_id
    from rosters
    inner join {{ source('lake', 'roster_districts') }} as districts on rosters.roster_on = districts.dt
),

schools as (
    select rosters.period_id, schools.school_id, schools.district_id
    from rosters
    inner join {{ source('lake', 'roster_schools') }} as schools on rosters.roster_on = schools.dt
),

entities as (
    select period_id, 'city' as level, 'city' as entity_id, cast(null as string) as district_id
    from rosters
    union all
    select period_id, 'district' as level, district_id as entity_id, district_id
    from districts
    union all
    select period_id, 'school' as level, school_id as entity_id, district_id
    from schools
)

select * from entities
