-- In which weeks and months each listed teacher was active: one row per kind of span, teacher and span.
with active as (
    select distinct 'week' as kind, week_on as starts_on, teacher_id
    from {{ ref('int_active_weeks') }}
    union all
    select distinct 'month' as kind, month_on as starts_on, teacher_id
    from {{ ref('int_active_weeks') }}
),

followed as (
    select
        kind, starts_on, teacher_id,
        row_number() over (partition by kind, teacher_id order by starts_on) as place,
        lead(starts_on) over (partition by kind, teacher_id order by starts_on) as active_again_on
    from active
),

spans as (
    select
        followed.kind, followed.starts_on, followed.teacher_id, listed.school_id,
        case
            when followed.kind = 'week' then cast({{ dbt.dateadd('day', 7, 'followed.starts_on') }} as date)
            else cast({{ dbt.dateadd('month', 1, 'followed.starts_on') }} as date)
        end as next_on,
        followed.place, followed.active_again_on
    from followed
    inner join {{ ref('int_listed_today') }} as listed on followed.teacher_id = listed.teacher_id
)

select * from spans
