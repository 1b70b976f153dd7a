-- What each account did as a teacher: one row per account and local day with a login or an act up to the as-of day.
{{ config(meta={'replaces': {'key': ['teacher_id', 'day'], 'by': 'int_touched_days'}}) }}
with days as (
    select drops.teacher_id, drops.day, cast(sum(drops.logins) as bigint) as logins
    from {{ ref('teacher_drop_days') }} as drops
    inner join {{ ref('int_touched_days') }} as touched
        on drops.teacher_id = touched.teacher_id and drops.day = touched.day
    group by drops.teacher_id, drops.day
)

select * from days
