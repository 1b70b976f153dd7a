-- Days that a drop counted anew tells of, or told of before: one row per account and local day.
with days as (
    select teacher_id, day from {{ source('before', 'recounted_days') }}
    union distinct
    select drops.teacher_id, drops.day
    from {{ ref('teacher_drop_days') }} as drops
    inner join {{ ref('int_recounted_drops') }} as recounted
        on drops.source = recounted.source and drops.dt = recounted.dt
)

select * from days
