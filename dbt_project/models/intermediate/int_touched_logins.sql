-- From which day on a teacher's login streaks may have moved, and from which day on they are looked at: one row per teacher with a login day that came, went or moved.
with changed as (
    select teacher_id, unit_id
    from {{ ref('int_scored_units') }}
    where rule_code = 'login'
    union all
    select teacher_id, unit_id
    from {{ source('before', 'rescored') }}
    where rule_code = 'login'
),

firsts as (
    select teacher_id, min(cast(unit_id as date)) as changed_from
    from changed
    group by teacher_id
),

touched as (
    select
        firsts.teacher_id, firsts.changed_from,
        -- The day before tells whether a streak goes on, and whatever is priced needs all of its cap's span.
        {{ span_start("coalesce(grains.grain, 'day')", day_before('firsts.changed_from')) }} as looked_at_from
    from firsts
    -- Streaks go on also where the rule table has no login.
    left join {{ ref('int_cap_grains') }} as grains on grains.rule_code = 'login'
)

select * from touched
