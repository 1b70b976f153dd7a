-- Everything side by side, then a row for each measure.
-- {values} and {denominators} are filled in from the list of measures in pipelines/evidence/spaces.py.

create or replace temp table entities as
select 'teacher' as level, teacher_id as entity_id from listed
union all
select 'school' as level, school_id as entity_id from schools;

-- Everything side by side; nothing done is 0.
create or replace temp table wide as
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
left join by_teachers on entities.level = 'school' and entities.entity_id = by_teachers.entity_id;

create or replace temp table space_evidence as
select
    wide.level, wide.entity_id, measures.measure,
    cast(case measures.measure {values} end as double) as value,
    cast(case measures.measure {denominators} end as bigint) as out_of
from wide
inner join measures on wide.level = measures.level
order by wide.level, encode(wide.entity_id), measures.measure;
