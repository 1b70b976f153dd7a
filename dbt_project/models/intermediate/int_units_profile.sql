-- Rule profile_complete: one row per teacher and calendar year in which the profile is complete at some instant.
with completed as (
    select
        states.teacher_id,
        states.occurred_at as credited_at,
        states.event_id,
        2 as precedence
    from {{ ref('int_profile_states') }} as states
    inner join {{ ref('rules') }} as versions
        on versions.rule_code = 'profile_complete'
        and {{ in_force('versions', 'states.occurred_on') }}
    where states.parts_held >= versions.threshold
),

carried as (
    select
        teacher_id,
        cast(begins_on as timestamp) as credited_at,
        event_id,
        1 as precedence
    from {{ ref('int_profile_carryovers') }}
),

candidates as (
    select * from completed
    union all
    select * from carried
),

ranked as (
    select
        *,
        row_number() over (
            partition by teacher_id, extract(year from credited_at)
            order by credited_at, precedence, event_id
        ) as place
    from candidates
),

units as (
    select
        teacher_id,
        'profile_complete' as rule_code,
        cast(extract(year from credited_at) as string) as unit_id,
        credited_at,
        event_id,
        cast(null as integer) as progress,
        cast(null as integer) as threshold
    from ranked
    where place = 1
)

select * from units
