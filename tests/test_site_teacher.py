"""One teacher's own page: what its data say."""

from pathlib import Path

import duckdb
import pytest
from site_files import inodes, read_shard, read_teacher, tree
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
    return read_teacher(site / "teacher/T005")


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
    data = read_teacher(tmp_path / "site/teacher/T005")
    assert [rank is None for rank in data["ranks"]] == [True, True, True, False]
    assert (data["streak"], data["last_login_on"]) == (0, None)


@pytest.fixture
def two_months(tmp_path):
    """(A warehouse in a file whose T005 and T006 have credits in February and March, its site)."""
    path = tmp_path / "before.duckdb"
    with site_city() as con:
        for teacher in ("T005", "T006"):
            for day in ("2022-02-14", "2022-03-14"):
                row = _ledger(("h", "awarded", 7, day, day, 1, None, None))[0]
                insert(con, "marts.points_ledger", [(teacher, "rule_2", f"h-{day}", *row[3:])])
        con.execute(f"attach '{path}' as kept; copy from database memory to kept; detach kept")
        build_site(con, tmp_path / "before")
        yield con, path, tmp_path / "before"


def _earlier_written(con, path: Path, before: Path, out: Path) -> set[str]:
    """Whose earlier months are told anew in `out`; all files are those of a site made from nothing."""
    build_site(con, out, before, before=path)
    build_site(con, out.with_name("anew"))
    assert tree(out) == tree(out.with_name("anew"))
    kept = inodes(before)
    changed = {name for name, inode in inodes(out).items() if kept.get(name) != inode}
    return {name.split("/")[1] for name in changed if name.endswith("/earlier.js")}


def test_months_before_the_as_of_days_are_a_file_of_their_own(two_months):
    """What February brought stands in earlier.js, what March brought in data.js."""
    _, _, site = two_months
    earlier, own = (read_shard(site / f"teacher/T005/{name}.js") for name in ("earlier", "data"))
    assert earlier["days"] == {"2022": {"day": ["2022-02-14"], "points": [7]}}
    assert earlier["ledger"]["unit"] == ["h-2022-02-14"]
    assert "2022-02-14" not in own["days"]["2022"]["day"]
    assert own["ledger"]["unit"] == ["h-2022-03-14"]


def test_earlier_months_are_told_anew_for_whom_they_changed(two_months, tmp_path):
    """A credit of March leaves every earlier.js a link; one of February makes that teacher's anew."""
    con, path, before = two_months
    change = (
        "update marts.points_ledger set points = 9 where teacher_id = 'T006' and unit_id = 'h-2022-{}-14'"
    )
    con.execute(change.format("03"))
    assert _earlier_written(con, path, before, tmp_path / "march") == set()
    (tmp_path / "anew").rename(tmp_path / "older")
    con.execute(change.format("02"))
    assert _earlier_written(con, path, before, tmp_path / "february") == {"T006"}


@pytest.mark.parametrize("change", ["code_sha256 = 'other'", "as_of = date '2022-02-20'"])
def test_another_month_or_other_code_tells_all_anew(two_months, tmp_path, change):
    """A site of another month, or by other code, is no basis: what it has is compared byte by byte."""
    con, path, before = two_months
    with duckdb.connect(str(path)) as kept:
        kept.execute(f"update ops.run set {change}")
        kept.execute("update marts.points_ledger set points = 0")
    (before / "teacher/T006/earlier.js").write_text("of another kind")
    assert _earlier_written(con, path, before, tmp_path / "out") == {"T006"}


def test_a_lost_file_of_earlier_months_is_made_again(two_months, tmp_path):
    """Whom the site in force has no file of gets one, though nothing changed; so with a lost warehouse."""
    con, path, before = two_months
    (before / "teacher/T006/earlier.js").unlink()
    assert _earlier_written(con, path, before, tmp_path / "out") == {"T006"}
    path.unlink()
    (tmp_path / "anew").rename(tmp_path / "older")
    assert _earlier_written(con, path, tmp_path / "out", tmp_path / "again") == set()
