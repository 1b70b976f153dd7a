-- The spans the cockpit shows and what each is compared with: one row per window and year with a credit, one for the as-of day's year, month and week each.
with run as (
    select
        as_of,
        {{ week_start('as_of') }} as week_on,
        {{ month_start('as_of') }} as month_on,
        cast({{ dbt.dateadd('day', -7, 'as_of') }} as date) as week_ago_on,
        cast(extract(year from as_of) as string) as year_id
    from {{ source('ops', 'run') }}
),

credited as (
    select distinct periods.period_id
    from {{ ref('int_credited_days') }} as days
    inner join {{ ref('periods') }} as periods on days.day between periods.starts_on and periods.ends_on
),

shown as (
    -- One event of the year 1 makes a period of each year since; nobody wants to turn their empty pages.
    select periods.*
    from {{ ref('periods') }} as periods
    left join credited on periods.period_id = credited.period_id
    left join run on periods.period_id = run.year_id
    where periods.kind = 'window' or credited.period_id is not null or run.year_id is not null
),

running as (
    -- A running year or window is compared with itself as it stood a week ago.
    select
        periods.period_id as span_id, periods.kind, periods.period_name as span_name,
        periods.starts_on, periods.ends_on, periods.counted_on,
        case when run.as_of <= periods.ends_on and run.week_ago_on >= periods.starts_on
            then periods.starts_on end as before_from,
        case when run.as_of <= periods.ends_on and run.week_ago_on >= periods.starts_on
            then run.week_ago_on end as before_to,
        {{ dbt.dateadd('year', -1, 'periods.starts_on') }} as last_year_from,
        {{ dbt.dateadd('year', -1, 'periods.counted_on') }} as last_year_to,
        periods.period_id as roster_period_id
    from shown as periods
    cross join run
),

month as (
    select
        'month' as span_id, 'month' as kind, '本月' as span_name,
        month_on as starts_on,
        {{ dbt.dateadd('day', -1, dbt.dateadd('month', 1, 'month_on')) }} as ends_on,
        as_of as counted_on,
        {{ dbt.dateadd('month', -1, 'month_on') }} as before_from,
        {{ dbt.dateadd('month', -1, 'as_of') }} as before_to,
        {{ dbt.dateadd('year', -1, 'month_on') }} as last_year_from,
        {{ dbt.dateadd('year', -1, 'as_of') }} as last_year_to,
        year_id as roster_period_id
    from run
),

week as (
    -- 52 weeks back, so that the same weekdays are compared.
    select
        'week' as span_id, 'week' as kind, '本周' as span_name,
        week_on as starts_on,
        {{ dbt.dateadd('day', 6, 'week_on') }} as ends_on,
        as_of as counted_on,
        {{ dbt.dateadd('day', -7, 'week_on') }} as before_from,
        {{ dbt.dateadd('day', -7, 'as_of') }} as before_to,
        {{ dbt.dateadd('day', -364, 'week_on') }} as last_year_from,
        {{ dbt.dateadd('day', -364, 'as_of') }} as last_year_to,
        year_id as roster_period_id
    from run
),

every_span as (
    select * from running
    union all
    select * from month
    union all
    select * from week
),

spans as (
    select
        every_span.span_id, every_span.kind, every_span.span_name,
        cast(every_span.starts_on as date) as starts_on,
        cast(every_span.ends_on as date) as ends_on,
        cast(every_span.counted_on as date) as counted_on,
        cast(every_span.before_from as date) as before_from,
        cast(every_span.before_to as date) as before_to,
        -- Nothing is known of a time wholly before the first event; nought points would be a claim.
        case when cast(every_span.last_year_to as date) >= span.first_on
            then cast(every_span.last_year_from as date) end as last_year_from,
        case when cast(every_span.last_year_to as date) >= span.first_on
            then cast(every_span.last_year_to as date) end as last_year_to,
        every_span.roster_period_id
    from every_span
    cross join {{ ref('int_event_span') }} as span
)

select * from spans
