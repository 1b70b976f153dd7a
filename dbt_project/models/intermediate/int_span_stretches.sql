-- Of which stretches each span and what it is compared with are made: one row per span and stretch in any of them.
with stretches as (
    select distinct stretch_on from {{ ref('int_stretch_days') }}
),

placed as (
    -- A stretch can lie in a span and in what it is compared with: a week ago, a running year was the same year.
    select
        spans.span_id, stretches.stretch_on,
        case when stretches.stretch_on between spans.starts_on and spans.counted_on then 1 else 0 end as is_now,
        case when stretches.stretch_on between spans.before_from and spans.before_to then 1 else 0 end as is_before,
        case when stretches.stretch_on between spans.last_year_from and spans.last_year_to then 1 else 0 end
            as is_last_year
    from {{ ref('spans') }} as spans
    cross join stretches
),

span_stretches as (
    select * from placed
    where is_now = 1 or is_before = 1 or is_last_year = 1
)

select * from span_stretches
