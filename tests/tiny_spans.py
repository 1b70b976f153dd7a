"""What the cockpit reads besides, for the warehouse of a few rows: spans, activity, rules, checks.

Points before are half of points, rounded down.
"""

import duckdb

TABLES = {
    "ops.checks": "suite varchar, check_name varchar, column_name varchar, is_blocking boolean, "
    "is_passed boolean, observed varchar",
    "rulebook.rules": "rule_code varchar, rule_no integer, category varchar, rule_name varchar, "
    "valid_from date, valid_to date, points integer, cap integer, cap_period varchar, threshold integer, "
    "works_threshold integer, window_hours integer, streak_day integer, streak_points integer, "
    "source varchar",
    "marts.spans": "span_id varchar, kind varchar, span_name varchar, starts_on date, ends_on date, "
    "counted_on date, before_from date, before_to date, last_year_from date, last_year_to date, "
    "roster_period_id varchar",
    "marts.span_indicator_index": "span_id varchar, level varchar, entity_id varchar, district_id varchar, "
    "indicator varchar, teachers bigint, scoring_teachers bigint, points bigint, index_value double, "
    "district_rank integer, city_rank integer, points_before bigint, index_before double, "
    "district_rank_before integer, city_rank_before integer, points_last_year bigint, credits bigint, "
    "credits_possible bigint",
    "marts.span_teacher_points": "span_id varchar, teacher_id varchar, school_id varchar, "
    "district_id varchar, rule_code varchar, points bigint, credits bigint, over_cap bigint, "
    "points_before bigint",
    "marts.span_teacher_index": "span_id varchar, teacher_id varchar, school_id varchar, "
    "district_id varchar, points bigint, school_rank integer, district_rank integer, city_rank integer, "
    "points_before bigint, school_rank_before integer, district_rank_before integer, "
    "city_rank_before integer",
    "marts.span_spread": "span_id varchar, level varchar, entity_id varchar, teachers bigint, "
    "zero_teachers bigint, least double, lower_quartile double, median double, upper_quartile double, "
    "most double",
    "marts.activity_spans": "kind varchar, starts_on date, school_id varchar, district_id varchar, "
    "teachers bigint, active_teachers bigint, new_teachers bigint, lost_teachers bigint",
    "marts.activity_hours": "school_id varchar, district_id varchar, weekday integer, hour integer, "
    "acts bigint, counted_from date",
    "marts.teacher_streaks": "teacher_id varchar, school_id varchar, district_id varchar, "
    "last_active_on date, last_login_on date, current_streak integer, longest_streak integer",
    "marts.category_weekly": "week_start date, school_id varchar, district_id varchar, category varchar, "
    "points bigint",
    "marts.arrivals": "source varchar, dt date, events bigint, late_events bigint, "
    "longest_delay_days integer",
}

# In the week nobody has a point, and there is nothing to compare it with.
_FILL = """
insert into ops.checks values
    ('roster', 'roster_is_there', 'dt', true, true, '1'),
    ('volume', 'not_too_few', 'records', false, false, 'logins/dt=2022-03-03 <b>');
insert into rulebook.rules values
    ('login', 1, 'space', '空间登录', '0001-01-01', '9999-12-31', 1, 1, 'day', null, null, null, 8, 2,
        '课件');
insert into marts.spans values
    ('2021', 'year', '2021年', '2021-01-01', '2021-12-31', '2021-12-31', null, null, null, null, '2021'),
    ('2022', 'year', '2022年', '2022-01-01', '2022-12-31', '2022-03-31', '2022-01-01', '2022-03-24', null,
        null, '2022'),
    ('award-2022', 'window', '2022年评选窗口', '2022-03-10', '2022-05-31', '2022-03-31', '2022-03-10',
        '2022-03-24', null, null, 'award-2022'),
    ('month', 'month', '本月', '2022-03-01', '2022-03-31', '2022-03-31', '2022-02-01', '2022-02-28', null,
        null, '2022'),
    ('week', 'week', '本周', '2022-03-28', '2022-04-03', '2022-03-31', null, null, null, null, '2022');

insert into marts.span_teacher_index
with listed as (
    select
        spans.span_id, teachers.teacher_id, teachers.school_id, teachers.district_id,
        case when spans.kind = 'week' then 0 else teachers.points end as points,
        case when spans.before_to is not null then teachers.points // 2 end as points_before
    from marts.spans as spans
    inner join marts.teacher_index as teachers on spans.roster_period_id = teachers.period_id
)
select
    span_id, teacher_id, school_id, district_id, points,
    rank() over (partition by span_id, school_id order by points desc),
    rank() over (partition by span_id, district_id order by points desc),
    rank() over (partition by span_id order by points desc),
    points_before,
    case when points_before is not null
        then rank() over (partition by span_id, school_id order by points_before desc) end,
    case when points_before is not null
        then rank() over (partition by span_id, district_id order by points_before desc) end,
    case when points_before is not null
        then rank() over (partition by span_id order by points_before desc) end
from listed;

insert into marts.span_teacher_points
    select span_id, teacher_id, school_id, district_id, 'login', points, points, 1, points_before
    from marts.span_teacher_index where points > 0;

insert into marts.span_indicator_index
with earned as (
    select span_id, 'city' as level, 'city' as entity_id, points, points_before from marts.span_teacher_index
    union all
    select span_id, 'district', district_id, points, points_before from marts.span_teacher_index
    union all
    select span_id, 'school', school_id, points, points_before from marts.span_teacher_index
),
sums as (
    select
        span_id, level, entity_id, sum(points) as points, sum(points_before) as points_before,
        count(*) filter (points > 0) as scoring
    from earned group by span_id, level, entity_id
)
select
    spans.span_id, i.level, i.entity_id, i.district_id, i.indicator, i.teachers, coalesce(sums.scoring, 0),
    coalesce(sums.points, 0), sums.points / nullif(i.teachers, 0), i.district_rank, i.city_rank,
    case when spans.before_to is not null then coalesce(sums.points_before, 0) end,
    sums.points_before / nullif(i.teachers, 0),
    case when spans.before_to is not null then i.district_rank end,
    case when spans.before_to is not null then i.city_rank end,
    null,
    case when i.indicator = 'login' then coalesce(sums.points, 0) end,
    case when i.indicator = 'login' then i.teachers * 31 end
from marts.spans as spans
inner join marts.indicator_index as i on spans.roster_period_id = i.period_id
left join sums on spans.span_id = sums.span_id and i.level = sums.level and i.entity_id = sums.entity_id;

insert into marts.span_spread
    select
        span_id, 'school', school_id, count(*), count(*) filter (points = 0), min(points),
        quantile_cont(points, 0.25), quantile_cont(points, 0.5), quantile_cont(points, 0.75), max(points)
    from marts.span_teacher_index group by span_id, school_id;

insert into marts.teacher_streaks
    select
        teacher_id, school_id, district_id,
        case school_id when 'S1' then date '2022-03-31' when 'S2' then date '2022-03-20' end,
        case when school_id = 'S1' then date '2022-03-30' end,
        case when school_id = 'S1' then points else 0 end,
        case when school_id = 'S1' then points else 0 end
    from marts.span_teacher_index where span_id = '2022';
insert into marts.activity_hours values
    ('S1', 'D1', 1, 8, 5, '2022-03-04'), ('S2', 'D2', 7, 23, 2, '2022-03-04');
insert into marts.activity_spans values
    ('week', '2022-03-21', 'S1', 'D1', 80, 3, 3, 0), ('week', '2022-03-28', 'S1', 'D1', 80, 1, 0, 2),
    ('week', '2022-03-21', 'S2', 'D2', 16, 0, 0, 0), ('week', '2022-03-28', 'S2', 'D2', 16, 2, 2, 0),
    ('month', '2022-02-01', 'S1', 'D1', 80, 4, 4, 0), ('month', '2022-03-01', 'S1', 'D1', 80, 3, 1, 2);
insert into marts.category_weekly values
    ('2022-03-21', 'S1', 'D1', 'space', 80), ('2022-03-28', 'S2', 'D2', 'space', 5);
insert into marts.arrivals values
    ('logins', '2022-03-01', 1100, 3, 2), ('activities', '2022-03-02', 30, 0, 0);
"""


def fill_spans(con: duckdb.DuckDBPyConnection) -> None:
    """Make the rows of TABLES out of those of the small city."""
    con.execute(_FILL)


def fill_ledger(con: duckdb.DuckDBPyConnection) -> None:
    """Rows of the ledger for every point of 2022 that has none yet, those of the unlisted included."""
    con.execute(
        """
        insert into marts.points_ledger
        with told as (select teacher_id, sum(points) as points from marts.points_ledger group by teacher_id),
        missing as (
            select earned.teacher_id, earned.points - coalesce(told.points, 0) as points
            from marts.teacher_rule_points as earned
            left join told using (teacher_id)
            where earned.period_id = '2022'
        )
        select
            teacher_id, 'login', '2022-03-20', 'awarded', points, timestamp '2022-03-20 08:00:00',
            date '2022-03-20', date '2022-03-20', 1, 1, null, 'e9'
        from missing where points > 0
        """
    )
