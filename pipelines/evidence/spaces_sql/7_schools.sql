-- What a school's teachers come to.

create or replace temp table by_teachers as
select
    listed.school_id as entity_id, sum(own.students_reviewed) as assignment_reviews,
    sum(own.works_reviewed) as activity_reviews, sum(made.office) as office_records,
    count(*) filter (spread.updates > 0) as teachers_updating
from listed
left join own on listed.teacher_id = own.entity_id
left join made on listed.teacher_id = made.entity_id
left join spread on spread.level = 'teacher' and listed.teacher_id = spread.entity_id
group by listed.school_id;

create or replace temp table verified as
select school_id as entity_id, count(*) filter (is_verified) as verified, count(*) as teachers
from listed
group by school_id;
