-- In which weeks and months each listed teacher was active: one row per kind of span, teacher and span.
with active as (
    select listed.teacher_id, listed.school_id, days.day
    from {{ ref('int_teacher_days') }} as days
    inner join {{ ref('int_listed_today') }} as listed on days.teacher_id = listed.teacher_id
),

placed as (
    select distinct 'week' as kind, {{ week_start('day') }} as starts_on, teacher_id, school_id from active
    union all
    select distinct 'month' as kind, {{ month_start('day') }} as starts_on, teacher_id, school_id from active
),

followed as (
    select
        kind, starts_on, teacher_id, school_id,
        case
            when kind = 'week' then cast({{ dbt.dateadd('day', 7, 'starts_on') }} as date)
            else cast({{ dbt.dateadd('month', 1, 'starts_on') }} as date)
        end as next_on,
        row_number() over (partition by kind, teacher_id order by starts_on) as place,
        lead(starts_on) over (partition by kind, teacher_id order by starts_on) as active_again_on
    from placed
)

select * from followed
