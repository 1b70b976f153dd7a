-- What a teacher did, and what others did on what the teacher made.

-- A session of which one part is long enough, by the version in force on the session's first day.
create or replace temp table lessons as
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
group by parts.actor_id;

-- Who made an object that others take part in: the actor of its earliest creation, as the rules have it.
create or replace temp table creations as
select
    object_id, split_part(event_type, '_', 1) as kind,
    arg_min(actor_id, (occurred_at, encode(event_id))) as creator_id, min(occurred_at) as created_at
from seen
where event_type in ('assignment_create', 'notice_post', 'activity_create', 'habit_create')
group by all;

create or replace temp table created as
select
    creations.creator_id as entity_id,
    count(*) filter (creations.kind = 'assignment') as assignments,
    count(*) filter (creations.kind = 'notice') as notices,
    count(*) filter (creations.kind = 'activity') as activities
from creations
cross join span
where cast(creations.created_at as date) >= span.starts_on
group by creations.creator_id;

create or replace temp table own as
select
    actor_id as entity_id,
    count(distinct (object_id, occurred_on)) filter (event_type = 'article_share') as article_shares,
    count(distinct (object_id, occurred_on)) filter (event_type = 'research_participate') as research,
    count(distinct (object_id, student_id)) filter (event_type = 'assignment_review') as students_reviewed,
    count(distinct (object_id, work_id)) filter (event_type = 'activity_review') as works_reviewed
from inside
where actor_role = 'teacher'
group by actor_id;

-- What others did on what a teacher made.
create or replace temp table drawn as
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
group by creations.creator_id;
