-- The spans points are summed over: one row per calendar year from the first event's to the as-of day's, and per named window that has begun.
with run as (
    select * from {{ source('ops', 'run') }}
),

years as (
    select
        run.as_of,
        {{ each_integer(
            'least(extract(year from coalesce(span.first_on, run.as_of)), extract(year from run.as_of))',
            'extract(year from run.as_of)'
        ) }} as year
    from run
    cross join {{ ref('int_event_span') }} as span
),

calendar_years as (
    select
        cast(year as string) as period_id,
        'year' as kind,
        cast(year as string) || '年' as period_name,
        {{ date_of_year('year') }} as starts_on,
        cast({{ dbt.dateadd('day', -1, date_of_year('year + 1')) }} as date) as ends_on,
        as_of
    from years
),

windows as (
    select
        named.period_id, 'window' as kind, named.period_name, named.starts_on, named.ends_on,
        run.as_of
    from {{ ref('named_periods') }} as named
    cross join run
    where named.starts_on <= run.as_of
),

spans as (
    select * from calendar_years
    union all
    select * from windows
),

periods as (
    select
        period_id, kind, period_name, starts_on, ends_on,
        least(ends_on, as_of) as counted_on
    from spans
)

select * from periods
