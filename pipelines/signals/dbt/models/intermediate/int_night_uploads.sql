-- Uploads of each teacher's busiest night, from 22:00 to 06:00: one row per upload.
with uploads as (
    select teacher_id, event_id, cast(occurred_at - interval 6 hour as date) as night
    from {{ source('lake', 'events') }}
    where event_type in ('resource_upload', 'courseware_upload', 'photo_post', 'article_publish')
        and (extract(hour from occurred_at) >= 22 or extract(hour from occurred_at) < 6)
),

nights as (
    select teacher_id, night, count(*) as uploads
    from uploads
    group by teacher_id, night
    qualify row_number() over (partition by teacher_id order by count(*) desc, night) = 1
)

select
    'night_uploads' as signal, uploads.teacher_id,
    cast(uploads.night as varchar) as scope,
    nights.uploads as occurrences,
    cast(nights.uploads as double) as score,
    uploads.event_id
from uploads
inner join nights on uploads.teacher_id = nights.teacher_id and uploads.night = nights.night
