-- What each listed teacher earned by each rule in a span, in the one before and a year ago: one row per span, teacher and rule with a credit in any of them.
with spans as (
    select * from {{ ref('spans') }}
),

placed as (
    -- A day can lie in a span and in what it is compared with: a week ago, a running year was the same year.
    select
        spans.span_id, daily.teacher_id, daily.rule_code, daily.points, daily.credits, daily.over_cap,
        case when daily.credited_on between spans.starts_on and spans.counted_on then 1 else 0 end as is_now,
        case when daily.credited_on between spans.before_from and spans.before_to then 1 else 0 end as is_before,
        case when daily.credited_on between spans.last_year_from and spans.last_year_to then 1 else 0 end
            as is_last_year
    from {{ ref('int_daily_points') }} as daily
    inner join spans
        on daily.credited_on between spans.starts_on and spans.counted_on
        or daily.credited_on between spans.before_from and spans.before_to
        or daily.credited_on between spans.last_year_from and spans.last_year_to
),

sums as (
    select
        span_id, teacher_id, rule_code,
        cast(sum(points * is_now) as bigint) as points,
        cast(sum(credits * is_now) as bigint) as credits,
        cast(sum(over_cap * is_now) as bigint) as over_cap,
        cast(sum(points * is_before) as bigint) as points_before,
        cast(sum(points * is_last_year) as bigint) as points_last_year
    from placed
    group by span_id, teacher_id, rule_code
),

earned as (
    select
        listed.span_id, listed.teacher_id, listed.school_id, listed.district_id,
        sums.rule_code, sums.points, sums.credits, sums.over_cap,
        case when listed.before_to is not null then sums.points_before end as points_before,
        case when listed.last_year_to is not null then sums.points_last_year end as points_last_year
    from sums
    inner join {{ ref('int_span_listed') }} as listed
        on sums.span_id = listed.span_id and sums.teacher_id = listed.teacher_id
)

select * from earned
