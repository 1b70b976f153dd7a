-- Credits with the rule version that prices them and their place within the cap: one row per teacher, rule and unit.
with run as (
    select * from {{ source('ops', 'run') }}
),

credits as (
    select
        units.*,
        cast(units.credited_at as date) as credited_on
    from {{ ref('int_units') }} as units
    where units.credited_at is not null
),

priced as (
    select
        credits.*,
        versions.points as points_each, versions.streak_day, versions.streak_points,
        versions.cap, versions.cap_period,
        {{ cap_starts_on('versions.cap_period', 'credits.credited_on') }} as cap_start
    from credits
    cross join run
    -- A day without a version in force earns nothing and has no row.
    inner join {{ ref('rules') }} as versions
        on credits.rule_code = versions.rule_code
        and {{ in_force('versions', 'credits.credited_on') }}
    where credits.credited_on <= run.as_of
),

lengths as (
    select distinct rule_code, cap_period
    from {{ ref('rules') }}
),

counted as (
    -- A cap of another length may be in force later in the same week or year, so each length a rule has had
    -- counts all of its credits.
    select
        priced.*,
        lengths.cap_period = priced.cap_period as is_in_force,
        row_number() over (
            partition by
                priced.teacher_id, priced.rule_code, lengths.cap_period,
                {{ cap_starts_on('lengths.cap_period', 'priced.credited_on') }}
            order by priced.credited_at, priced.unit_id
        ) as place
    from priced
    inner join lengths on priced.rule_code = lengths.rule_code
),

ranked as (
    select
        teacher_id, rule_code, unit_id, credited_at, credited_on, event_id, progress, threshold,
        points_each, streak_day, streak_points, cap, cap_start,
        cast(place as integer) as cap_rank
    from counted
    where is_in_force
)

select * from ranked
