-- Who is listed where, as each span counts it: one row per span and listed teacher.
with listed as (
    select
        spans.span_id, spans.before_to, spans.last_year_to,
        listed.teacher_id, listed.school_id, listed.district_id
    from {{ ref('spans') }} as spans
    inner join {{ ref('int_listed_teachers') }} as listed on spans.roster_period_id = listed.period_id
)

select * from listed
