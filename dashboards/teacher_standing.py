"""One teacher's data, first part: who it is, the ranks in each span, the streak, and what is left to earn.

DuckDB composes the JSON: a hundred thousand teachers are too many for Python.
"""

# Made once for all batches.
PREPARE = """
create or replace temp table counts as
    select indices.span_id, indices.level, indices.entity_id, indices.teachers, spread.median
    from marts.span_indicator_index as indices
    inner join shown using (span_id)
    left join marts.span_spread as spread
        on indices.span_id = spread.span_id and indices.level = spread.level
        and indices.entity_id = spread.entity_id
    where indices.indicator = 'total';

create or replace temp table allowances as
    select
        rules.rule_code, rules.rule_no, rules.cap_period, rules.cap, rules.points,
        case rules.cap_period
            when 'day' then run.as_of
            else cast(date_trunc(rules.cap_period, run.as_of) as date)
        end as cap_start
    from rulebook.rules as rules
    inner join ops.run as run on run.as_of between rules.valid_from and rules.valid_to;

create or replace temp table next_login as
    select run.as_of + 1 as next_on, rules.points, rules.streak_day, rules.streak_points
    from rulebook.rules as rules
    inner join ops.run as run on run.as_of + 1 between rules.valid_from and rules.valid_to
    where rules.rule_code = 'login';
"""

# {id, name, school_name, district_name, subject, verified, ranks: [per span {…} or null], streak,
#  longest_streak, last_login_on, login_next: {on, day, points} or null,
#  allowance: [{rule, cap_period, cap_start, used, cap, points_each}]} of each teacher of the batch, by id.
COMPOSE = """
with ranks as (
    select who.id, list(
        case when indices.teacher_id is not null then {
            'points': indices.points, 'before_points': indices.points_before,
            'school_rank': indices.school_rank, 'school_rank_before': indices.school_rank_before,
            'school_count': in_school.teachers,
            'district_rank': indices.district_rank, 'district_rank_before': indices.district_rank_before,
            'district_count': in_district.teachers,
            'city_rank': indices.city_rank, 'city_rank_before': indices.city_rank_before,
            'city_count': in_city.teachers, 'school_median': in_school.median
        } end order by shown.place
    ) as ranks
    from who
    cross join shown
    left join marts.span_teacher_index as indices
        on shown.span_id = indices.span_id and who.id = indices.teacher_id
    left join counts as in_school
        on indices.span_id = in_school.span_id and in_school.level = 'school'
        and indices.school_id = in_school.entity_id
    left join counts as in_district
        on indices.span_id = in_district.span_id and in_district.level = 'district'
        and indices.district_id = in_district.entity_id
    left join counts as in_city on indices.span_id = in_city.span_id and in_city.level = 'city'
    group by who.id
),

used as (
    select own.teacher_id as id, own.rule_code, count(*) as used
    from own
    inner join allowances on own.rule_code = allowances.rule_code and own.cap_start = allowances.cap_start
    where own.decision = 'awarded'
    group by own.teacher_id, own.rule_code
),

allowance as (
    select who.id, list({
        'rule': allowances.rule_code, 'cap_period': allowances.cap_period, 'cap_start': allowances.cap_start,
        'used': coalesce(used.used, 0), 'cap': allowances.cap, 'points_each': allowances.points
    } order by allowances.rule_no, allowances.rule_code) as allowance
    from who
    cross join allowances
    left join used on who.id = used.id and allowances.rule_code = used.rule_code
    group by who.id
),

streaks as (
    select
        who.id, coalesce(streaks.current_streak, 0) as streak,
        coalesce(streaks.longest_streak, 0) as longest_streak, streaks.last_login_on
    from who
    left join marts.teacher_streaks as streaks on who.id = streaks.teacher_id
)

select to_json({
    'id': who.id, 'name': who.name, 'school_name': who.school_name, 'district_name': who.district_name,
    'subject': who.subject, 'verified': who.is_verified,
    'ranks': ranks.ranks,
    'streak': streaks.streak, 'longest_streak': streaks.longest_streak,
    'last_login_on': streaks.last_login_on,
    'login_next': case when next_login.next_on is not null then {
        'on': next_login.next_on, 'day': streaks.streak + 1,
        'points': case
            when streaks.streak + 1 >= next_login.streak_day then next_login.streak_points
            else next_login.points
        end
    } end,
    'allowance': coalesce(allowance.allowance, [])
})
from who
left join next_login on true
left join ranks on who.id = ranks.id
left join allowance on who.id = allowance.id
left join streaks on who.id = streaks.id
order by who.id
"""
