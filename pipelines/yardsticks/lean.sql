-- Each teacher's points over the whole ledger, by today's 17 rules: one statement, two passes over the
-- activities. Variables: logins, activities (lists of Parquet files), until (the first instant not seen).
--
-- With one version of each rule all credits of a rule are worth the same, so which of them are over a cap
-- does not matter: a week is worth points x least(credits in it, cap), and only a credit's week is sought.
with events as materialized (
    -- First pass: all that can count but the four types pupils make in bulk. An attribute is null in types
    -- that do not list it. A lesson's part stands at the instant it has lasted long enough.
    select
        event_type, event_id, actor_id, object_id,
        coalesce(student_id, work_id) as part,
        coalesce(started_at + interval 15 minute, occurred_at) as moment
    from read_parquet(getvariable('activities'))
    where
        event_type not in (
            'assignment_response', 'notice_reply', 'activity_join', 'habit_checkin',
            'profile_update', 'space_visit', 'school_post', 'post_reply'
        )
        and occurred_at < getvariable('until')
        and coalesce(visibility, 'public') = 'public'
        and coalesce(photo_count, 1) >= 1
        and coalesce(is_original, true)
        and coalesce(upload_status, 'success') = 'success'
        and (
            started_at is null
            or (
                ended_at >= started_at + interval 15 minute
                and started_at + interval 15 minute < getvariable('until')
            )
        )
),

objects as materialized (
    -- Each created object with a number, its creator, and when events of what kind count for it. `days` is
    -- the length of the span in which its accounts are counted; 0 is its whole life.
    select
        row_number() over () as id, kind, object_id, teacher_id,
        case when kind in ('assignment_response', 'notice_reply') then created_at else '-infinity' end as opens,
        case kind when 'assignment_response' then created_at + interval 720 hour else 'infinity' end as closes,
        case kind when 'habit_checkin' then 1 when 'activity_join' then 7 else 0 end as days
    from (
        select
            case event_type
                when 'assignment_create' then 'assignment_response'
                when 'class_create' then 'class_join'
                when 'notice_post' then 'notice_reply'
                when 'activity_create' then 'activity_join'
                when 'habit_create' then 'habit_checkin'
            end as kind,
            object_id,
            min(moment) as created_at,
            arg_min(actor_id, (moment, event_id)) as teacher_id
        from events
        where event_type in ('assignment_create', 'class_create', 'notice_post', 'activity_create', 'habit_create')
        group by kind, object_id
    )
),

accounts as (
    -- Second pass: the bulk, each account once per object and span. One number stands for object and span.
    select
        objects.id * 10000000 + case days when 0 then 0 when 1 then day else day // 7 end as unit,
        case when days <> 1 then actor_id end as account,
        min(occurred_at) as moment
    from (
        -- Days from 0001-01-01, a Monday.
        select *, (epoch_us(occurred_at) + 62135596800000000) // 86400000000 as day
        from read_parquet(getvariable('activities'))
    ) as bulk
    inner join objects
        on bulk.event_type = objects.kind
        and bulk.object_id = objects.object_id
        and bulk.occurred_at between objects.opens and objects.closes
    where occurred_at < getvariable('until')
    group by unit, account
),

spans as (
    select
        kind, teacher_id, object_id, accounts, moment, tenth
    from (
        select
            unit // 10000000 as id,
            count(*) as accounts,
            min(moment) as moment,
            min(moment, 10)[10] as tenth
        from accounts
        group by unit, id
    )
    inner join objects using (id)
),

login as (
    -- The 8th and later days of a streak earn one point more: those whose 7th day before is 7 days earlier.
    select teacher_id, len(d) + len(list_filter(range(8, len(d) + 1), lambda i: d[i] - d[i - 7] = 7)) as points
    from (
        select teacher_id, list_sort(list(distinct cast(occurred_at as date))) as d
        from read_parquet(getvariable('logins'))
        where occurred_at < getvariable('until')
        group by teacher_id
    )
),

profile as (
    -- A profile that is complete from one update to the next earns in every year that span touches.
    select distinct
        teacher_id,
        unnest(range(year(occurred_at), year(coalesce(next_at, getvariable('until') - interval 1 microsecond)) + 1))
            as year
    from (
        select
            actor_id as teacher_id, occurred_at,
            lead(occurred_at) over so_far as next_at,
            last_value(profile_avatar ignore nulls) over so_far > ''
            and (
                last_value(profile_email ignore nulls) over so_far > ''
                or last_value(profile_phone ignore nulls) over so_far > ''
                or last_value(profile_wechat ignore nulls) over so_far > ''
            )
            and (
                last_value(profile_school ignore nulls) over so_far > ''
                or last_value(profile_class ignore nulls) over so_far > ''
            )
            and last_value(profile_subject ignore nulls) over so_far > '' as is_complete
        from read_parquet(getvariable('activities'))
        where event_type = 'profile_update' and occurred_at < getvariable('until')
        window so_far as (partition by actor_id order by occurred_at, event_id)
    )
    where is_complete
),

firsts as (
    select
        actor_id as teacher_id,
        case event_type
            when 'resource_upload' then 'resource_share'
            when 'resource_visibility' then 'resource_share'
            when 'photo_post' then 'photo_record'
            when 'article_publish' then 'teaching_article'
            when 'lesson_session' then 'interactive_lesson'
            when 'courseware_upload' then 'courseware'
            else 'campus_office'
        end as rule,
        min(moment) as moment
    from events
    where
        event_type in (
            'resource_upload', 'resource_visibility', 'photo_post', 'article_publish', 'lesson_session',
            'courseware_upload', 'office_submit', 'office_approve'
        )
    group by actor_id, rule, object_id, event_type = 'office_approve'
),

reviews as (
    select teacher_id, 'assignment_review' as rule, min(moment, 10)[10] as moment
    from (
        select actor_id as teacher_id, object_id, part, min(moment) as moment
        from events
        where event_type = 'assignment_review'
        group by actor_id, object_id, part
    )
    group by teacher_id, object_id
),

works as (
    select teacher_id, 'class_activity' as rule, min(moment, 5)[5] as moment
    from (
        select objects.teacher_id, objects.object_id, part, min(moment) as moment
        from events
        inner join objects
            on objects.kind = 'activity_join'
            and events.object_id = objects.object_id
            and events.actor_id = objects.teacher_id
        where event_type = 'activity_review'
        group by objects.teacher_id, objects.object_id, part
    )
    group by teacher_id, object_id
),

moves as (
    select
        object_id, moment, event_id,
        -- A join of one who is in, or a leave of one who is out, changes nothing.
        case
            when event_type = 'class_join' and before is distinct from 'class_join' then 1
            when event_type = 'class_leave' and before = 'class_join' then -1
            else 0
        end as change
    from (
        select
            *,
            lag(event_type) over (partition by object_id, actor_id order by moment, event_id) as before
        from events
        where event_type in ('class_join', 'class_leave')
    )
),

classes as (
    select objects.teacher_id, min(moment) as moment
    from (
        select
            object_id, moment,
            sum(change) over (
                partition by object_id order by moment, event_id rows unbounded preceding
            ) as members
        from moves
    ) as sizes
    inner join objects on objects.kind = 'class_join' and sizes.object_id = objects.object_id
    where members >= 25
    group by objects.teacher_id, objects.object_id
),

weekly as (
    select teacher_id, rule, date_trunc('week', moment) as span, count(*) as credits
    from (
        from firsts
        union all
        from reviews
        union all
        from works
        union all
        select
            teacher_id,
            case kind when 'assignment_response' then 'assignment_reach' else 'class_notice' end,
            tenth
        from spans
        where kind in ('assignment_response', 'notice_reply')
        union all
        select teacher_id, 'class_activity', moment
        from spans
        where kind = 'activity_join' and accounts >= 15
        union all
        select teacher_id, 'habit_checkin', cast(day as timestamp)
        from (
            select teacher_id, object_id, cast(moment as date) as day
            from spans
            where kind = 'habit_checkin'
            union
            select objects.teacher_id, objects.object_id, cast(moment as date)
            from events
            inner join objects
                on objects.kind = 'habit_checkin'
                and events.object_id = objects.object_id
                and events.actor_id = objects.teacher_id
            where event_type = 'habit_interact'
        )
    )
    where moment is not null
    group by all
    union all
    select actor_id, 'result_spread', date_trunc('week', moment), count(distinct (object_id, cast(moment as date)))
    from events
    where event_type = 'article_share'
    group by all
    union all
    select distinct actor_id, 'research_activity', date_trunc('week', moment), 1
    from events
    where event_type = 'research_participate'
    union all
    select actor_id, 'material_search', date_trunc('week', moment), 1
    from events
    where event_type in ('material_collect', 'material_download')
    group by all
    having count(distinct object_id) >= 5
    union all
    select teacher_id, 'class_formation', date_trunc('year', moment), count(*)
    from classes
    group by all
),

deck (rule, each, cap) as (
    values
        ('resource_share', 1, 5), ('photo_record', 1, 5), ('teaching_article', 5, 1), ('result_spread', 1, 5),
        ('interactive_lesson', 5, 2), ('assignment_reach', 5, 2), ('assignment_review', 5, 2),
        ('material_search', 2, 1), ('courseware', 10, 1), ('class_formation', 50, 1), ('class_notice', 5, 2),
        ('class_activity', 5, 1), ('habit_checkin', 1, 5), ('research_activity', 5, 1), ('campus_office', 1, 10)
)

select teacher_id, cast(sum(points) as bigint) as points
from (
    from login
    union all
    select teacher_id, 20 from profile
    union all
    select teacher_id, each * least(credits, cap) from weekly inner join deck using (rule)
)
group by teacher_id
