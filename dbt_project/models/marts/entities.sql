-- What the city, its districts and its schools are called and where they belong, as each period's roster has them: one row per period, level and entity.
with rosters as (
    select * from {{ ref('int_period_rosters') }}
),

districts as (
    select rosters.period_id, districts.district_id, districts.name as entity_name
    from rosters
    inner join {{ source('lake', 'roster_districts') }} as districts on rosters.roster_on = districts.dt
),

schools as (
    select
        rosters.period_id, schools.school_id, schools.name as entity_name, schools.district_id,
        nullif(schools.branch, '') as branch,
        schools.stage
    from rosters
    inner join {{ source('lake', 'roster_schools') }} as schools on rosters.roster_on = schools.dt
),

entities as (
    select
        period_id, 'city' as level, 'city' as entity_id, '全市' as entity_name,
        cast(null as string) as district_id,
        cast(null as string) as branch,
        cast(null as string) as stage
    from rosters
    union all
    select
        period_id, 'district' as level, district_id as entity_id, entity_name, district_id,
        cast(null as string) as branch,
        cast(null as string) as stage
    from districts
    union all
    select period_id, 'school' as level, school_id as entity_id, entity_name, district_id, branch, stage
    from schools
)

select * from entities
