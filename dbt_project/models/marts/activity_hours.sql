-- At which hours of the week the listed teachers of a school were at work in the four weeks up to the as-of day: one row per school, weekday and hour with an act.
with hours as (
    select
        listed.school_id, listed.district_id, acts.first_on,
        cast({{ dbt.datediff(week_start('acts.occurred_on'), 'acts.occurred_on', 'day') }} as integer) + 1 as weekday,
        cast(extract(hour from acts.occurred_at) as integer) as hour
    from {{ ref('stg_recent_acts') }} as acts
    inner join {{ ref('int_listed_today') }} as listed on acts.teacher_id = listed.teacher_id
),

counts as (
    select school_id, district_id, weekday, hour, count(*) as acts, first_on as counted_from
    from hours
    group by school_id, district_id, weekday, hour, first_on
)

select * from counts
