-- Who and which days: listed teachers, schools, events of the period, working days.
-- Reads span (period_id, starts_on, ends_on), seen (events up to ends_on that are not void) and off_days (day, is_off),
-- which pipelines/evidence/spaces.py makes; each file reads the ones before.

create or replace temp table listed as
select teachers.teacher_id, teachers.school_id, teachers.is_verified
from marts.teachers as teachers cross join span
where teachers.period_id = span.period_id;

create or replace temp table schools as
select index.school_id, index.teachers
from marts.school_index as index cross join span
where index.period_id = span.period_id;

create or replace temp view inside as
select seen.* from seen cross join span where seen.occurred_on >= span.starts_on;

create or replace temp table days as
select day, coalesce(off_days.is_off, isodow(day) > 5) as is_off
from (select distinct occurred_on as day from inside) as acted
left join off_days using (day);
