-- What the logs say of teachers' and schools' spaces in a period: level, entity_id, measure, value, out_of.
-- Reads marts of the release, rulebook.rules, and the temporary views and tables of pipelines/evidence/spaces.py:
-- span (starts_on, ends_on), seen (events up to ends_on that are not void), off_days (day, is_off).
with listed as (
    select teachers.teacher_id, teachers.school_id, teachers.is_verified
    from marts.teachers as teachers cross join span
    where teachers.period_id = span.period_id
),

schools as (
    select index.school_id, index.teachers
    from marts.school_index as index cross join span
    where index.period_id = span.period_id
),

inside as (
    select seen.* from seen cross join span where seen.occurred_on >= span.starts_on
),

days as (
    select day, coalesce(off_days.is_off, isodow(day) > 5) as is_off
    from (select distinct occurred_on as day from inside) as acted
    left join off_days using (day)
),

-- A session of which one part is long enough, by the version in force on the session's first day.
lessons as (
    select parts.actor_id as entity_id, count(distinct parts.object_id) as lessons
    from (
        select *, min(occurred_on) over (partition by actor_id, object_id) as first_on
        from seen
        where event_type = 'lesson_session'
    ) as parts
    inner join rulebook.rules as rules
        on rules.rule_code = 'interactive_lesson' and parts.first_on between rules.valid_from and rules.valid_to
    cross join span
    where
        parts.occurred_on >= span.starts_on
        and parts.ended_at - parts.started_at >= to_minutes(rules.threshold)
    group by parts.actor_id
),

-- Who made an object that others take part in: the actor of its earliest creation, as the rules have it.
creations as (
    select
        object_id, split_part(event_type, '_', 1) as kind,
        arg_min(actor_id, (occurred_at, encode(event_id))) as creator_id, min(occurred_at) as created_at
    from seen
    where event_type in ('assignment_create', 'notice_post', 'activity_create', 'habit_create')
    group by all
),

created as (
    select
        creations.creator_id as entity_id,
        count(*) filter (creations.kind = 'assignment') as assignments,
        count(*) filter (creations.kind = 'notice') as notices,
        count(*) filter (creations.kind = 'activity') as activities
    from creations
    cross join span
    where cast(creations.created_at as date) >= span.starts_on
    group by creations.creator_id
),

profile_fields as (
    select
        actor_id as teacher_id,
        arg_max(profile_avatar, (occurred_at, encode(event_id))) filter (profile_avatar is not null) as avatar,
        arg_max(profile_email, (occurred_at, encode(event_id))) filter (profile_email is not null) as email,
        arg_max(profile_phone, (occurred_at, encode(event_id))) filter (profile_phone is not null) as phone,
        arg_max(profile_wechat, (occurred_at, encode(event_id))) filter (profile_wechat is not null) as wechat,
        arg_max(profile_school, (occurred_at, encode(event_id))) filter (profile_school is not null) as school,
        arg_max(profile_class, (occurred_at, encode(event_id))) filter (profile_class is not null) as class,
        arg_max(profile_subject, (occurred_at, encode(event_id))) filter (profile_subject is not null) as subject
    from seen
    where event_type = 'profile_update'
    group by actor_id
),

complete_profiles as (
    select teacher_id
    from profile_fields
    where
        avatar > '' and (email > '' or phone > '' or wechat > '') and (school > '' or class > '') and subject > ''
),

acts as (
    select
        seen.actor_id, seen.object_id, seen.occurred_on, seen.is_original,
        case
            when seen.event_type = 'article_publish' then 'article'
            when seen.event_type in ('resource_upload', 'resource_visibility') and seen.visibility = 'public'
                then 'resource'
            when seen.event_type = 'photo_post' and seen.photo_count >= rules.threshold then 'photo'
            when seen.event_type = 'courseware_upload' and seen.upload_status = 'success' then 'courseware'
            when seen.event_type in ('office_submit', 'office_approve') then seen.event_type
        end as kind
    from seen
    left join rulebook.rules as rules
        on rules.rule_code = 'photo_record' and seen.occurred_on between rules.valid_from and rules.valid_to
),

-- What counts once: at a teacher's first time, ever. Hidden and shown or uploaded again it is nothing new.
firsts as (
    select
        acts.actor_id as entity_id, acts.kind, acts.object_id, min(acts.occurred_on) as day,
        bool_or(acts.is_original) as is_original
    from acts
    cross join span
    where acts.kind is not null
    group by acts.actor_id, acts.kind, acts.object_id, span.starts_on
    having min(acts.occurred_on) >= span.starts_on
),

made as (
    select
        entity_id,
        count(*) filter (kind = 'article') as articles,
        count(*) filter (kind = 'resource') as resources_public,
        count(*) filter (kind = 'photo') as photos,
        count(*) filter (kind = 'courseware') as courseware,
        count(*) filter (kind = 'courseware' and is_original) as courseware_original,
        count(*) filter (kind in ('office_submit', 'office_approve')) as office
    from firsts
    group by entity_id
),

-- A school's post is the first event of its id; posted again it is no second one.
first_posts as (
    select
        object_id,
        unnest(arg_min(
            struct_pack(posted_school_id, post_column, post_column_kind, is_original, media, occurred_at, occurred_on, actor_id),
            (occurred_at, encode(event_id))
        ))
    from seen
    where event_type = 'school_post'
    group by object_id
),

posts as (
    select first_posts.* from first_posts cross join span where first_posts.occurred_on >= span.starts_on
),

-- A reply counts from the post on, and not the poster's own.
replies as (
    select
        first_posts.posted_school_id as school_id, inside.object_id, inside.occurred_at,
        date_diff('second', first_posts.occurred_at, inside.occurred_at) / 3600.0 as hours,
        first_posts.occurred_on >= span.starts_on as is_of_the_period
    from inside
    inner join first_posts on inside.object_id = first_posts.object_id
    cross join span
    where
        inside.event_type = 'post_reply'
        and inside.occurred_at >= first_posts.occurred_at
        and inside.actor_id <> first_posts.actor_id
),

first_replies as (
    select school_id, object_id, min(hours) as hours from replies where is_of_the_period group by all
),

own as (
    select
        actor_id as entity_id,
        count(distinct (object_id, occurred_on)) filter (event_type = 'article_share') as article_shares,
        count(distinct (object_id, occurred_on)) filter (event_type = 'research_participate') as research,
        count(distinct (object_id, student_id)) filter (event_type = 'assignment_review') as students_reviewed,
        count(distinct (object_id, work_id)) filter (event_type = 'activity_review') as works_reviewed
    from inside
    where actor_role = 'teacher'
    group by actor_id
),

-- What others did on what a teacher made.
drawn as (
    select
        creations.creator_id as entity_id,
        count(distinct (inside.object_id, inside.actor_id)) filter (
            inside.event_type = 'assignment_response' and inside.occurred_at >= creations.created_at
        ) as assignment_responses,
        count(distinct (inside.object_id, inside.actor_id)) filter (
            inside.event_type = 'notice_reply' and inside.occurred_at >= creations.created_at
        ) as notice_replies,
        count(distinct (inside.object_id, inside.occurred_on)) filter (
            inside.event_type = 'habit_checkin'
            or (inside.event_type = 'habit_interact' and inside.actor_id = creations.creator_id)
        ) as habit_days
    from inside
    inner join creations
        on inside.object_id = creations.object_id and split_part(inside.event_type, '_', 1) = creations.kind
    group by creations.creator_id
),

visits as (
    select object_id as entity_id, count(*) as visits, count(distinct actor_id) as visitors
    from inside
    where event_type = 'space_visit' and actor_id <> object_id
    group by object_id
),

published as (
    select 'teacher' as level, entity_id, object_id, day
    from firsts
    where kind in ('article', 'resource', 'photo', 'courseware')
    union all
    select 'school' as level, posted_school_id as entity_id, object_id, occurred_on as day from posts
),

per_day as (
    select published.level, published.entity_id, published.day, days.is_off, count(*) as items
    from published
    inner join days on published.day = days.day
    group by all
),

spread as (
    select
        level, entity_id, sum(items) as updates, count(*) as update_days,
        coalesce(sum(items) filter (not is_off), 0) as on_working_days, max(items) as busiest
    from per_day
    group by level, entity_id
),

of_schools as (
    select
        posted_school_id as entity_id, count(*) as posts,
        count(*) filter (is_original) as original,
        count(*) filter (media in ('image', 'video')) as media,
        count(distinct post_column) filter (post_column_kind = 'custom') as own_columns
    from posts
    group by posted_school_id
),

reply_counts as (
    select school_id as entity_id, count(*) as replies from replies group by school_id
),

replied as (
    select school_id as entity_id, count(*) as posts_replied, median(hours) as reply_delay_hours
    from first_replies
    group by school_id
),

by_teachers as (
    select
        listed.school_id as entity_id, sum(own.students_reviewed) as assignment_reviews,
        sum(own.works_reviewed) as activity_reviews, sum(made.office) as office_records,
        count(*) filter (spread.updates > 0) as teachers_updating
    from listed
    left join own on listed.teacher_id = own.entity_id
    left join made on listed.teacher_id = made.entity_id
    left join spread on spread.level = 'teacher' and listed.teacher_id = spread.entity_id
    group by listed.school_id
),

verified as (
    select school_id as entity_id, count(*) filter (is_verified) as verified, count(*) as teachers
    from listed
    group by school_id
),

entities as (
    select 'teacher' as level, teacher_id as entity_id from listed
    union all
    select 'school' as level, school_id as entity_id from schools
),

-- Everything side by side; nothing done is 0.
wide as (
    select
        entities.level, entities.entity_id,
        case when complete_profiles.teacher_id is null then 0 else 1 end as profile_complete,
        coalesce(lessons.lessons, 0) as lessons, coalesce(made.articles, 0) as articles,
        coalesce(own.article_shares, 0) as article_shares, coalesce(own.research, 0) as research,
        coalesce(made.courseware_original, 0) as courseware_original, coalesce(made.courseware, 0) as courseware,
        coalesce(made.resources_public, 0) as resources_public, coalesce(made.photos, 0) as photos,
        coalesce(created.assignments, 0) as assignments,
        coalesce(drawn.assignment_responses, 0) as assignment_responses,
        coalesce(own.students_reviewed, 0) as students_reviewed, coalesce(created.notices, 0) as notices,
        coalesce(drawn.notice_replies, 0) as notice_replies, coalesce(created.activities, 0) as activities,
        coalesce(drawn.habit_days, 0) as habit_days,
        coalesce(visits.visits, 0) as visits, coalesce(visits.visitors, 0) as visitors,
        coalesce(spread.updates, 0) as updates, coalesce(spread.update_days, 0) as update_days,
        coalesce(spread.on_working_days, 0) as working_day_share, coalesce(spread.busiest, 0) as busiest_day_share,
        verified.verified as verified_share, verified.teachers,
        coalesce(of_schools.posts, 0) as posts, coalesce(of_schools.original, 0) as original_share,
        coalesce(of_schools.media, 0) as media_share, coalesce(of_schools.own_columns, 0) as own_columns,
        coalesce(replied.posts_replied, 0) as posts_replied, coalesce(reply_counts.replies, 0) as replies,
        replied.reply_delay_hours,
        coalesce(by_teachers.assignment_reviews, 0) as assignment_reviews,
        coalesce(by_teachers.activity_reviews, 0) as activity_reviews,
        coalesce(by_teachers.office_records, 0) as office_records, by_teachers.teachers_updating
    from entities
    left join complete_profiles on entities.level = 'teacher' and entities.entity_id = complete_profiles.teacher_id
    left join own on entities.level = 'teacher' and entities.entity_id = own.entity_id
    left join lessons on entities.level = 'teacher' and entities.entity_id = lessons.entity_id
    left join made on entities.level = 'teacher' and entities.entity_id = made.entity_id
    left join created on entities.level = 'teacher' and entities.entity_id = created.entity_id
    left join drawn on entities.level = 'teacher' and entities.entity_id = drawn.entity_id
    left join visits on entities.entity_id = visits.entity_id
    left join spread on entities.level = spread.level and entities.entity_id = spread.entity_id
    left join verified on entities.level = 'school' and entities.entity_id = verified.entity_id
    left join of_schools on entities.level = 'school' and entities.entity_id = of_schools.entity_id
    left join replied on entities.level = 'school' and entities.entity_id = replied.entity_id
    left join reply_counts on entities.level = 'school' and entities.entity_id = reply_counts.entity_id
    left join by_teachers on entities.level = 'school' and entities.entity_id = by_teachers.entity_id
),

long as (
    select
        wide.level, wide.entity_id, measures.measure,
        cast(case measures.measure {values} end as double) as value,
        cast(case measures.measure {denominators} end as bigint) as out_of
    from wide
    inner join measures on wide.level = measures.level
)

select level, entity_id, measure, value, out_of
from long
order by level, encode(entity_id), measure
