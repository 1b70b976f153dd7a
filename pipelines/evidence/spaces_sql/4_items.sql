-- What counts once, at a teacher's first time.

create or replace temp table acts as
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
    on rules.rule_code = 'photo_record' and seen.occurred_on between rules.valid_from and rules.valid_to;

-- What counts once: at a teacher's first time, ever. Hidden and shown or uploaded again it is nothing new.
create or replace temp table firsts as
select
    acts.actor_id as entity_id, acts.kind, acts.object_id, min(acts.occurred_on) as day,
    bool_or(acts.is_original) as is_original
from acts
cross join span
where acts.kind is not null
group by acts.actor_id, acts.kind, acts.object_id, span.starts_on
having min(acts.occurred_on) >= span.starts_on;

create or replace temp table made as
select
    entity_id,
    count(*) filter (kind = 'article') as articles,
    count(*) filter (kind = 'resource') as resources_public,
    count(*) filter (kind = 'photo') as photos,
    count(*) filter (kind = 'courseware') as courseware,
    count(*) filter (kind = 'courseware' and is_original) as courseware_original,
    count(*) filter (kind in ('office_submit', 'office_approve')) as office
from firsts
group by entity_id;
