-- Each teacher's points over the whole ledger, by today's 17 rules. `:until` is the first instant not seen.
create unlogged table objects as
select
    row_number() over () as id, *,
    case when kind in ('assignment_response', 'notice_reply') then created_at else '-infinity' end as opens,
    case kind when 'assignment_response' then created_at + interval '720 hours' else 'infinity' end as closes
from (
    select distinct on (event_type, object_id)
        case event_type
            when 'assignment_create' then 'assignment_response'
            when 'class_create' then 'class_join'
            when 'notice_post' then 'notice_reply'
            when 'activity_create' then 'activity_join'
            when 'habit_create' then 'habit_checkin'
        end as kind,
        object_id, actor_id as teacher_id, moment as created_at
    from events
    where event_type in ('assignment_create', 'class_create', 'notice_post', 'activity_create', 'habit_create')
    order by event_type, object_id, moment, event_id
) as creations;

analyze objects;

-- Of one half: per assignment, notice or week of an activity, how many accounts, and when the tenth came.
create function counted(wanted int) returns table (id bigint, week timestamp, accounts bigint, tenth timestamp)
stable parallel safe language sql as $$
    select id, week, count(*), (array_agg(moment order by moment))[10]
    from (
        select
            objects.id,
            case when kind = 'activity_join' then date_trunc('week', occurred_at) end as week,
            min(occurred_at) as moment
        from bulk
        inner join objects on bulk.event_type = objects.kind and bulk.object_id = objects.object_id
        where half = wanted and kind <> 'habit_checkin' and occurred_at between opens and closes
        group by objects.id, 2, actor_id
    ) as accounts
    group by id, week
$$;

with login as (
    select teacher_id, sum(case when day - seventh_before = 7 then 2 else 1 end) as points
    from (
        select teacher_id, day, lag(day, 7) over (partition by teacher_id order by day) as seventh_before
        from (select distinct teacher_id, cast(occurred_at as date) as day from logins) as days
    ) as streaks
    group by teacher_id
),

profile as (
    -- A profile that is complete from one update to the next earns in every year that span touches.
    select distinct actor_id as teacher_id, year
    from (
        select
            actor_id, occurred_at,
            lead(occurred_at, 1, timestamp :'until' - interval '1 microsecond') over so_far as next_at,
            last_known(avatar) over so_far > ''
            and (
                last_known(email) over so_far > ''
                or last_known(phone) over so_far > ''
                or last_known(wechat) over so_far > ''
            )
            and (last_known(school) over so_far > '' or last_known(class) over so_far > '')
            and last_known(subject) over so_far > '' as is_complete
        from profiles
        window so_far as (
            partition by actor_id order by occurred_at, event_id
            rows between unbounded preceding and current row
        )
    ) as states
    cross join lateral generate_series(extract(year from occurred_at), extract(year from next_at)) as year
    where is_complete
),

reached as (
    select
        teacher_id,
        case kind
            when 'assignment_response' then 'assignment_reach'
            when 'notice_reply' then 'class_notice'
            else 'class_activity'
        end as rule,
        coalesce(week, tenth) as moment
    from (select * from counted(0) union all select * from counted(1)) as halves
    inner join objects using (id)
    where case kind when 'activity_join' then accounts >= 15 else tenth is not null end
),

firsts as (
    select
        actor_id as teacher_id,
        case event_type
            when 'resource_visibility' then 'resource_upload'
            else event_type
        end as action,
        min(moment) as moment
    from events
    where
        event_type in (
            'resource_upload', 'resource_visibility', 'photo_post', 'article_publish', 'lesson_session',
            'courseware_upload', 'office_submit', 'office_approve'
        )
    group by actor_id, action, object_id
),

reviews as (
    select actor_id as teacher_id, (array_agg(moment order by moment))[10] as moment
    from (
        select actor_id, object_id, part, min(moment) as moment
        from events
        where event_type = 'assignment_review'
        group by actor_id, object_id, part
    ) as students
    group by actor_id, object_id
),

works as (
    select actor_id as teacher_id, (array_agg(moment order by moment))[5] as moment
    from (
        select actor_id, object_id, part, min(moment) as moment
        from events
        inner join objects using (object_id)
        where event_type = 'activity_review' and kind = 'activity_join' and actor_id = teacher_id
        group by actor_id, object_id, part
    ) as different
    group by actor_id, object_id
),

habit_days as (
    select teacher_id, id, cast(occurred_at as date) as day
    from bulk
    inner join objects on bulk.event_type = objects.kind and bulk.object_id = objects.object_id
    where kind = 'habit_checkin'
    union
    select teacher_id, id, cast(moment as date)
    from events
    inner join objects using (object_id)
    where event_type = 'habit_interact' and kind = 'habit_checkin' and actor_id = teacher_id
),

classes as (
    select teacher_id, object_id, min(moment) as moment
    from (
        select
            object_id, moment,
            sum(is_in - was_in) over (
                partition by object_id order by moment, event_id rows unbounded preceding
            ) as members
        from (
            select
                object_id, moment, event_id, is_in,
                -- A join of one who is in, or a leave of one who is out, changes nothing.
                lag(is_in, 1, 0) over (
                    partition by object_id, actor_id order by moment, event_id
                ) as was_in
            from (
                select *, case event_type when 'class_join' then 1 else 0 end as is_in
                from events
                where event_type in ('class_join', 'class_leave')
            ) as moves
        ) as changes
    ) as sizes
    inner join objects using (object_id)
    where kind = 'class_join' and members >= 25
    group by teacher_id, object_id
),

weekly as (
    select teacher_id, rule, date_trunc('week', moment) as span, count(*) as credits
    from (
        select * from reached
        union all
        select
            teacher_id,
            case action
                when 'resource_upload' then 'resource_share'
                when 'photo_post' then 'photo_record'
                when 'article_publish' then 'teaching_article'
                when 'lesson_session' then 'interactive_lesson'
                when 'courseware_upload' then 'courseware'
                else 'campus_office'
            end,
            moment
        from firsts
        union all
        select teacher_id, 'assignment_review', moment from reviews where moment is not null
        union all
        select teacher_id, 'class_activity', moment from works where moment is not null
        union all
        select teacher_id, 'habit_checkin', day from habit_days
        union all
        (
            select distinct on (actor_id, object_id, cast(moment as date)) actor_id, 'result_spread', moment
            from events
            where event_type = 'article_share'
        )
    ) as units
    group by teacher_id, rule, span
    union all
    select distinct actor_id, 'research_activity', date_trunc('week', moment), 1
    from events
    where event_type = 'research_participate'
    union all
    select actor_id, 'material_search', date_trunc('week', moment) as week, 1
    from events
    where event_type in ('material_collect', 'material_download')
    group by actor_id, week
    having count(distinct object_id) >= 5
    union all
    select teacher_id, 'class_formation', date_trunc('year', moment) as year, count(*)
    from classes
    group by teacher_id, year
),

deck (rule, each, cap) as (
    values
    ('resource_share', 1, 5), ('photo_record', 1, 5), ('teaching_article', 5, 1), ('result_spread', 1, 5),
    ('interactive_lesson', 5, 2), ('assignment_reach', 5, 2), ('assignment_review', 5, 2),
    ('material_search', 2, 1), ('courseware', 10, 1), ('class_formation', 50, 1), ('class_notice', 5, 2),
    ('class_activity', 5, 1), ('habit_checkin', 1, 5), ('research_activity', 5, 1), ('campus_office', 1, 10)
)

select teacher_id, sum(points) as points
from (
    select * from login
    union all
    select teacher_id, 20 from profile
    union all
    select teacher_id, each * least(credits, cap) from weekly inner join deck using (rule)
) as earned
group by teacher_id;
