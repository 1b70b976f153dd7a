-- Whose profile is complete at the end of the period.

create or replace temp table profile_fields as
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
group by actor_id;

create or replace temp table complete_profiles as
select teacher_id
from profile_fields
where
    avatar > '' and (email > '' or phone > '' or wechat > '') and (school > '' or class > '') and subject > '';
