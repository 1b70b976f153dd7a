"""One teacher's own page: what its data say."""

from pathlib import Path

import pytest
from site_files import read_shard
from tiny_warehouse import insert, site_city

from dashboards.site import build_site

SECOND = [
    (
        "rule_2",
        2,
        "space",
        "上传",
        "0001-01-01",
        "2022-03-20",
        5,
        1,
        "week",
        None,
        None,
        None,
        None,
        None,
        "甲",
    ),
    (
        "rule_2",
        2,
        "space",
        "上传",
        "2022-03-21",
        "9999-12-31",
        7,
        3,
        "week",
        10,
        None,
        None,
        None,
        None,
        "乙",
    ),
]


def _ledger(*rows: tuple) -> list[tuple]:
    """Rows of T005 and rule_2: unit, decision, points, day, cap_start, cap_rank, progress, threshold."""
    return [
        (
            "T005",
            "rule_2",
            unit,
            decision,
            points,
            day and f"{day} 09:00:00",
            day,
            start,
            rank,
            progress,
            limit,
            "e",
        )
        for unit, decision, points, day, start, rank, progress, limit in rows
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city's site, with a second rule of two versions in which T005 has earned."""
    con = site_city()
    insert(con, "rulebook.rules", SECOND)
    insert(con, "marts.indicators", [("rule_2", "rule", "上传", "space", 102)])
    insert(con, "marts.points_ledger", _ledger(
        ("b", "awarded", 7, "2022-03-29", "2022-03-28", 1, None, None),
        ("a", "awarded", 7, "2022-03-29", "2022-03-28", 2, None, None),
        ("c", "over_cap", 0, "2022-03-16", "2022-03-14", 2, None, None),
        ("d", "not_met", 0, None, None, None, 9, 10),
        ("e", "not_met", 0, None, None, None, 4, 10),
        ("f", "not_met", 0, None, None, None, 0, 10),
        ("g", "awarded", 5, "2021-12-30", "2021-12-27", 1, None, None),
    ))  # fmt: skip
    insert(con, "marts.span_teacher_points", [("2022", "T005", "S1", "D1", "rule_2", 14, 2, 1, 0)])
    con.execute("update marts.teacher_streaks set current_streak = 7 where teacher_id = 'T005'")
    out = tmp_path_factory.mktemp("teacher") / "site"
    build_site(con, out)
    return out


@pytest.fixture(scope="module")
def data(site) -> dict:
    """T005's data."""
    return read_shard(site / "teacher/T005/data.js")


def test_points_are_by_span_and_rule(data):
    """Points, credits and what was over the cap are told by span and rule, zero where there are none."""
    assert data["rules"] == ["login", "rule_2"]
    assert data["points"] == [[1, 14], [1, 0], [0, 0], [1, 0]]
    assert data["credits"][0] == [1, 2]
    assert data["over_cap"][0] == [1, 1]


def test_ranks_come_with_how_many_are_ranked_and_the_schools_median(data):
    """In each span: ranks at the three levels, now and before, among how many, and the school's median."""
    assert data["ranks"][0] == {
        "points": 1, "before_points": 0, "school_rank": 2, "school_rank_before": 2, "school_count": 80,
        "district_rank": 2, "district_rank_before": 2, "district_count": 80, "city_rank": 4,
        "city_rank_before": 4, "city_count": 97, "school_median": 1.0,
    }  # fmt: skip
    assert data["ranks"][2]["before_points"] is None


def test_the_calendar_has_each_day_of_the_year_with_points(data):
    """Days of the as-of day's year with points, summed; a credit of another year is not among them."""
    assert data["days"] == {"2022": {"day": ["2022-03-20", "2022-03-29"], "points": [1, 14]}}
    assert data["days_logged"] == ["2022-03-20"]


def test_the_ledger_is_newest_first_and_without_logins(data):
    """This year's credits, newest first and by rule and unit within an instant."""
    assert data["ledger"] == {
        "rule": ["rule_2"] * 3, "unit": ["a", "b", "c"], "day": ["2022-03-29", "2022-03-29", "2022-03-16"],
        "decision": ["awarded", "awarded", "over_cap"], "points": [7, 7, 0], "progress": [None] * 3,
        "threshold": [None] * 3,
    }  # fmt: skip


def test_near_misses_come_nearest_first(data):
    """What fell short, the nearest first; what has not begun is not near."""
    assert data["near"] == [
        {"rule": "rule_2", "unit": unit, "progress": progress, "threshold": 10}
        for unit, progress in (("d", 9), ("e", 4))
    ]


def test_what_was_over_the_cap_has_the_cap_of_its_day(data):
    """A credit past the cap is told with its place and the cap in force on its day, not today's."""
    assert data["over"] == [{"rule": "rule_2", "unit": "c", "day": "2022-03-16", "rank": 2, "cap": 1}]


def test_the_allowance_is_what_the_running_cap_leaves(data):
    """For each rule in force: the cap of this day, week or year, and how much of it is used."""
    assert data["allowance"] == [
        {"rule": "login", "cap_period": "day", "cap_start": "2022-03-31", "used": 0, "cap": 1}
        | {"points_each": 1},
        {"rule": "rule_2", "cap_period": "week", "cap_start": "2022-03-28", "used": 2, "cap": 3}
        | {"points_each": 7},
    ]


def test_the_next_login_is_worth_what_the_streak_has_come_to(site, data):
    """Tomorrow's login: the day of the streak it would be, at the points that day earns."""
    assert data["login_next"] == {"on": "2022-04-01", "day": 8, "points": 2}
    assert read_shard(site / "teacher/T080/data.js")["login_next"] == {
        "on": "2022-04-01",
        "day": 1,
        "points": 1,
    }


def test_possible_is_what_the_caps_allow_one_teacher(data):
    """How many credits each rule's caps let a teacher earn in each span."""
    assert data["possible"] == [[31, None], [31, None], [31, None], [31, None]]


def test_a_rule_of_several_versions_tells_the_one_in_force_and_all(data):
    """Pages show the version in force on the as-of day, and every version, newest first."""
    rule = data["indicators"][-1]["rule"]
    assert (rule["points"], rule["cap"], rule["valid_from"], rule["source"]) == (7, 3, "2022-03-21", "乙")
    assert [v["points"] for v in rule["versions"]] == [7, 5]
    assert "versions" not in data["indicators"][-2]["rule"]


def test_who_is_not_listed_in_a_span_has_no_rank_there(tmp_path):
    """A teacher who has left keeps the page of the years in which the roster had the teacher."""
    con = site_city()
    for table in ("span_teacher_index", "span_teacher_points"):
        con.execute(f"delete from marts.{table} where teacher_id = 'T005' and span_id <> 'award-2022'")
    con.execute("delete from marts.teacher_streaks where teacher_id = 'T005'")
    con.execute("delete from marts.teachers where teacher_id = 'T005' and period_id = '2022'")
    build_site(con, tmp_path / "site")
    data = read_shard(tmp_path / "site/teacher/T005/data.js")
    assert [rank is None for rank in data["ranks"]] == [True, True, True, False]
    assert (data["streak"], data["last_login_on"]) == (0, None)
