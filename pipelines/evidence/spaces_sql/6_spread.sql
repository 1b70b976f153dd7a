-- When content appeared, and who came to see it.

create or replace temp table visits as
select object_id as entity_id, count(*) as visits, count(distinct actor_id) as visitors
from inside
where event_type = 'space_visit' and actor_id <> object_id
group by object_id;

create or replace temp table published as
select 'teacher' as level, entity_id, object_id, day
from firsts
where kind in ('article', 'resource', 'photo', 'courseware')
union all
select 'school' as level, posted_school_id as entity_id, object_id, occurred_on as day from posts;

create or replace temp table per_day as
select published.level, published.entity_id, published.day, days.is_off, count(*) as items
from published
inner join days on published.day = days.day
group by all;

create or replace temp table spread as
select
    level, entity_id, sum(items) as updates, count(*) as update_days,
    coalesce(sum(items) filter (not is_off), 0) as on_working_days, max(items) as busiest
from per_day
group by level, entity_id;
