-- Profiles already complete when a year, or a new version of the rule, begins: one row per teacher and such day.
with states as (
    select * from {{ ref('int_profile_states') }}
),

versions as (
    select * from {{ ref('rules') }}
    where rule_code = 'profile_complete'
),

run as (
    select * from {{ source('ops', 'run') }}
),

first_update as (
    select cast(min(occurred_at) as date) as first_on from states
),

years as (
    select {{ each_integer('extract(year from first_update.first_on)', 'extract(year from run.as_of)') }} as year
    from first_update
    cross join run
    where first_update.first_on is not null
),

boundaries as (
    select {{ date_of_year('year') }} as begins_on from years
    union distinct
    select valid_from as begins_on from versions
),

judged as (
    select
        states.teacher_id, states.occurred_at, states.event_id, states.parts_held,
        boundaries.begins_on,
        states.parts_held >= versions.threshold and states.parts_held_before < versions.threshold as completes,
        states.parts_held >= versions.threshold as is_complete,
        row_number() over (
            partition by states.teacher_id, boundaries.begins_on
            order by states.occurred_at desc, states.event_id desc
        ) as place_from_last
    from boundaries
    cross join run
    inner join versions on {{ in_force('versions', 'boundaries.begins_on') }}
    -- Strictly before: what happens at midnight itself neither completes nor breaks what is carried over.
    inner join states on states.occurred_at < cast(boundaries.begins_on as timestamp)
    where boundaries.begins_on <= run.as_of
),

completions as (
    select
        teacher_id, begins_on, event_id,
        row_number() over (partition by teacher_id, begins_on order by occurred_at desc, event_id desc) as place
    from judged
    where completes
),

carried as (
    select
        judged.teacher_id,
        judged.begins_on,
        completions.event_id
    from judged
    inner join completions
        on judged.teacher_id = completions.teacher_id
        and judged.begins_on = completions.begins_on
        and completions.place = 1
    where judged.place_from_last = 1 and judged.is_complete
)

select * from carried
