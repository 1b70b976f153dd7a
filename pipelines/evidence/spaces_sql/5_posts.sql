-- Posts of schools and the replies to them.

-- A school's post is the first event of its id; posted again it is no second one.
create or replace temp table first_posts as
select
    object_id,
    unnest(arg_min(
        struct_pack(posted_school_id, post_column, post_column_kind, is_original, media, occurred_at, occurred_on, actor_id),
        (occurred_at, encode(event_id))
    ))
from seen
where event_type = 'school_post'
group by object_id;

create or replace temp table posts as
select first_posts.* from first_posts cross join span where first_posts.occurred_on >= span.starts_on;

-- A reply counts from the post on, and not the poster's own.
create or replace temp table replies as
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
    and inside.actor_id <> first_posts.actor_id;

create or replace temp table first_replies as
select school_id, object_id, min(hours) as hours from replies where is_of_the_period group by all;

create or replace temp table of_schools as
select
    posted_school_id as entity_id, count(*) as posts,
    count(*) filter (is_original) as original,
    count(*) filter (media in ('image', 'video')) as media,
    count(distinct post_column) filter (post_column_kind = 'custom') as own_columns
from posts
group by posted_school_id;

create or replace temp table reply_counts as
select school_id as entity_id, count(*) as replies from replies group by school_id;

create or replace temp table replied as
select school_id as entity_id, count(*) as posts_replied, median(hours) as reply_delay_hours
from first_replies
group by school_id;
