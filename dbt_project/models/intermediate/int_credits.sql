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

placed as (
    -- A cap of another length may be in force later in the same week or year, so each length has its count.
    select
        *,
        row_number() over (
            partition by teacher_id, rule_code, credited_on order by credited_at, unit_id
        ) as rank_in_day,
        row_number() over (
            partition by teacher_id, rule_code, {{ week_start('credited_on') }} order by credited_at, unit_id
        ) as rank_in_week,
        row_number() over (
            partition by teacher_id, rule_code, {{ year_start('credited_on') }} order by credited_at, unit_id
        ) as rank_in_year
    from priced
),

ranked as (
    select
        teacher_id, rule_code, unit_id, credited_at, credited_on, event_id, progress, threshold,
        points_each, streak_day, streak_points, cap, cap_start,
        cast(
            case cap_period
                when 'day' then rank_in_day
                when 'week' then rank_in_week
                when 'year' then rank_in_year
            end as integer
        ) as cap_rank
    from placed
)

select * from ranked
