-- What each listed teacher earned by each rule, in a span and in the one it is compared with: one row per span, teacher and rule with a credit in either.
with points as (
    select
        span_id, teacher_id, school_id, district_id, rule_code, points, credits, over_cap, points_before
    from {{ ref('int_span_points') }}
    where credits > 0 or over_cap > 0 or points > 0 or points_before > 0
)

select * from points
