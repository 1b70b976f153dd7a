-- What a week was like at each school: one row per school of the as-of day's roster.
-- Reads marts and state of the release, and the temporary tables of pipelines/bulletin/figures.py: asked (the
-- week, the week before, the roster), first_posts (school_id, posted_on).
with schools as (
    select entities.entity_id as school_id, entities.entity_name as school_name, entities.district_id
    from marts.entities as entities cross join asked
    where entities.period_id = asked.roster_period_id and entities.level = 'school'
),

logged_in as (
    select distinct days.teacher_id
    from state.teacher_days as days cross join asked
    where days.logins > 0 and days.day <= asked.last_on
),

people as (
    select
        teachers.school_id,
        count(*) as teachers,
        count(*) filter (not teachers.is_verified) as unverified,
        count(*) filter (logged_in.teacher_id is null) as never_logged_in
    from marts.teachers as teachers
    cross join asked
    left join logged_in on teachers.teacher_id = logged_in.teacher_id
    where teachers.period_id = asked.roster_period_id
    group by teachers.school_id
),

earned as (
    select
        daily.school_id,
        coalesce(sum(daily.points) filter (daily.day between asked.first_on and asked.last_on), 0) as points,
        coalesce(sum(daily.points) filter (daily.day between asked.before_from and asked.before_to), 0)
            as points_before
    from marts.activity_daily as daily cross join asked
    group by daily.school_id
),

active as (
    select
        spans.school_id,
        coalesce(sum(spans.active_teachers) filter (spans.starts_on = asked.first_on), 0) as active,
        coalesce(sum(spans.active_teachers) filter (spans.starts_on = asked.before_from), 0) as active_before
    from marts.activity_spans as spans cross join asked
    where spans.kind = 'week'
    group by spans.school_id
),

posted as (
    select
        posts.school_id,
        count(*) filter (posts.posted_on >= asked.first_on) as posts,
        count(*) filter (posts.posted_on between asked.before_from and asked.before_to) as posts_before,
        max(posts.posted_on) as last_post_on
    from first_posts as posts cross join asked
    group by posts.school_id
)

select
    schools.school_id as id,
    schools.school_name as name,
    schools.district_id,
    cast(coalesce(people.teachers, 0) as bigint) as teachers,
    cast(coalesce(people.unverified, 0) as bigint) as unverified,
    cast(coalesce(people.never_logged_in, 0) as bigint) as never_logged_in,
    cast(coalesce(earned.points, 0) as bigint) as points,
    case when asked.is_comparable then cast(coalesce(earned.points_before, 0) as bigint) end as points_before,
    cast(coalesce(active.active, 0) as bigint) as active,
    case when asked.is_comparable then cast(coalesce(active.active_before, 0) as bigint) end as active_before,
    cast(coalesce(posted.posts, 0) as bigint) as posts,
    case when asked.is_comparable then cast(coalesce(posted.posts_before, 0) as bigint) end as posts_before,
    posted.last_post_on
from schools
cross join asked
left join people on schools.school_id = people.school_id
left join earned on schools.school_id = earned.school_id
left join active on schools.school_id = active.school_id
left join posted on schools.school_id = posted.school_id
order by schools.school_id
