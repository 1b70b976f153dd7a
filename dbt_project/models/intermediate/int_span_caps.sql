-- The most credits one teacher could have been awarded by a rule in a span: one row per span and rule with a version in force on a day of it.
with days as (
    select
        span_id, counted_on,
        {{ each_integer(day_number('starts_on'), day_number('counted_on')) }} as day_number
    from {{ ref('spans') }}
),

dated as (
    select
        span_id, counted_on,
        cast({{ dbt.dateadd('day', 'day_number', "cast('1970-01-01' as date)") }} as date) as day
    from days
),

in_force as (
    select
        dated.span_id, dated.day, dated.counted_on, versions.rule_code, versions.cap,
        {{ cap_starts_on('versions.cap_period', 'dated.day') }} as cap_start,
        {{ cap_starts_on('versions.cap_period', next_day('dated.day')) }} as next_cap_start
    from dated
    inner join {{ ref('rules') }} as versions on {{ in_force('versions', 'dated.day') }}
),

caps as (
    -- A cap's day, week or year counts once: by the version in force on its last day within the span.
    select span_id, rule_code, cast(sum(cap) as bigint) as credits
    from in_force
    where day = counted_on or cap_start <> next_cap_start
    group by span_id, rule_code
)

select * from caps
