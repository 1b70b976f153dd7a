-- What each listed teacher earned by each rule in a span, in the one before and a year ago: one row per span, teacher and rule with a credit in any of them.
with sums as (
    select
        spans.span_id, earned.teacher_id, earned.rule_code,
        cast(sum(earned.points * spans.is_now) as bigint) as points,
        cast(sum(earned.credits * spans.is_now) as bigint) as credits,
        cast(sum(earned.over_cap * spans.is_now) as bigint) as over_cap,
        cast(sum(earned.points * spans.is_before) as bigint) as points_before,
        cast(sum(earned.points * spans.is_last_year) as bigint) as points_last_year
    from {{ ref('int_stretch_points') }} as earned
    inner join {{ ref('int_span_stretches') }} as spans on earned.stretch_on = spans.stretch_on
    group by spans.span_id, earned.teacher_id, earned.rule_code
),

points as (
    select
        listed.span_id, listed.teacher_id, listed.school_id, listed.district_id,
        sums.rule_code, sums.points, sums.credits, sums.over_cap,
        case when listed.before_to is not null then sums.points_before end as points_before,
        case when listed.last_year_to is not null then sums.points_last_year end as points_last_year
    from sums
    inner join {{ ref('int_span_listed') }} as listed
        on sums.span_id = listed.span_id and sums.teacher_id = listed.teacher_id
)

select * from points
