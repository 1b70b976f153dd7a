-- Rule login: one row per teacher and local day with a login whose place in its streak may have moved, with that place.
with scored as (
    select teacher_id, unit_id, credited_at, event_id, cast(null as integer) as streak_day_before
    from {{ ref('int_scored_units') }}
    where rule_code = 'login'
),

kept as (
    select
        kept.teacher_id, kept.unit_id, kept.credited_at, kept.event_id,
        -- Before the first change a day's place stands.
        case when cast(kept.unit_id as date) < touched.changed_from then kept.progress end as streak_day_before
    from {{ ref('int_kept_units') }} as kept
    inner join {{ ref('int_touched_logins') }} as touched on kept.teacher_id = touched.teacher_id
    where kept.rule_code = 'login'
),

login_days as (
    select *, cast(unit_id as date) as day from scored
    union all
    select *, cast(unit_id as date) as day from kept
),

islands as (
    select
        *,
        -- Gaps and islands: days of one streak share the difference between their date and their place.
        {{ day_number('day') }} - row_number() over (partition by teacher_id order by day) as streak
    from login_days
),

placed as (
    select
        *,
        row_number() over (partition by teacher_id, streak order by day) as place,
        first_value(streak_day_before) over (
            partition by teacher_id, streak order by day
            rows between unbounded preceding and current row
        ) as carried
    from islands
),

units as (
    select
        teacher_id,
        'login' as rule_code,
        unit_id, credited_at, event_id,
        cast(place + coalesce(carried, 1) - 1 as integer) as progress,
        cast(null as integer) as threshold
    from placed
)

select * from units
