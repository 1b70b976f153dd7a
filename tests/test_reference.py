"""The reference scorer, held to the shared cases and to sums made by hand on a few records."""

import csv
import json
from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from reference.hostile import random_periods, random_rules, write_city
from reference.rulebook import read_seed
from reference.scorer import score

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
LAST = date(2022, 12, 31)  # the drop everything is handed over in
MONDAY = datetime(2022, 3, 7)
MICRO = timedelta(microseconds=1)
Row = dict[str, Any]


def text(column: str, value: object) -> str:
    """A value as the cases write it."""
    if value is None:
        return ""
    return f"{float(value):.6f}" if column == "index_value" else str(value)


@pytest.mark.parametrize("case", ["walkthrough", "hostile-1", "hostile-2"])
def test_the_reference_agrees_with_the_shared_cases(case: str) -> None:
    """Every table of every shared case comes out exactly as expected."""
    if not CASES.is_dir():
        pytest.skip("the shared cases are not beside this repository")
    folder = CASES / case
    tables = score(folder / "raw", date.fromisoformat((folder / "as_of").read_text().strip()))
    expected = sorted((folder / "expected").glob("*.csv"))
    assert len(expected) == 7
    for path in expected:
        with open(path, newline="", encoding="utf-8") as file:
            head, *want = csv.reader(file)
        rows = [row for row in tables[path.stem] if row.get("source") != "roster"]
        got = Counter(tuple(text(column, row[column]) for column in head) for row in rows)
        assert got == Counter(map(tuple, want)), path.stem


class Story:
    """A RAW folder under the pen: activities and logins of one late drop, ids in order of writing."""

    def __init__(self, raw: Path) -> None:
        self.raw = raw
        self.lines: dict[str, list[Row]] = {"logins": [], "activities": []}

    def login(self, at: datetime, teacher: str = "T1") -> None:
        """Write a login."""
        row = {"event_id": f"l{len(self.lines['logins']):04}", "teacher_id": teacher}
        self.lines["logins"].append(row | {"occurred_at": str(at), "channel": "web"})

    def act(
        self, event_type: str, at: datetime, actor: str = "T1", obj: str = "o", **attributes: Any
    ) -> None:
        """Write an activity; who is no T… is a student, or a parent when called pa…."""
        role = {"T": "teacher", "p": "parent"}.get(actor[0], "student")
        self.lines["activities"].append(
            {
                "event_id": f"a{len(self.lines['activities']):04}",
                "event_type": event_type,
                "occurred_at": str(at),
                "actor_id": actor,
                "actor_role": role,
                "object_id": obj,
                "attributes": {k: str(v) if isinstance(v, datetime) else v for k, v in attributes.items()},
            }
        )

    def score(self, as_of: date = LAST, **other: Any) -> dict[str, list[Row]]:
        """Write the drop and score it; nothing of it may be refused."""
        for source, rows in self.lines.items():
            write(self.raw, f"{source}/dt={LAST}/a.jsonl", "\n".join(map(json.dumps, rows)))
        tables = score(self.raw, as_of, **other)
        assert tables["quarantine"] == []
        return tables

    def ledger(self, as_of: date = LAST, **other: Any) -> list[Row]:
        """The scored ledger in order of (instant, unit)."""
        rows = self.score(as_of, **other)["points_ledger"]
        return sorted(rows, key=lambda row: (row["credited_at"] or datetime.max, row["unit_id"]))


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """An empty RAW folder."""
    return Story(tmp_path)


def write(raw: Path, path: str, content: str) -> None:
    """Write one file of a drop."""
    target = raw / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(content, encoding="utf-8")


def pick(rows: list[Row], *columns: str) -> list[tuple]:
    """Some columns of every row."""
    return [tuple(row[column] for column in columns) for row in rows]


def versions(rule_code: str, *changes: Row) -> list[Row]:
    """The rule table with other versions of one rule."""
    seed = read_seed("rules")
    rule = next(row for row in seed if row["rule_code"] == rule_code)
    return [row for row in seed if row is not rule] + [rule | change for change in changes]


def test_a_streak_pays_more_from_its_eighth_day_and_runs_across_new_year(story: Story) -> None:
    """Days 1 to 7 earn 1, day 8 and later 2; a missed day starts again at day 1."""
    for n in (*range(9), 10):
        story.login(datetime(2021, 12, 27) + timedelta(days=n, hours=9))
        story.login(datetime(2021, 12, 27) + timedelta(days=n, hours=8))
    rows = story.ledger()
    assert [row["points"] for row in rows] == [1] * 7 + [2, 2, 1]
    assert [row["progress"] for row in rows] == [*range(1, 10), 1]
    assert rows[0]["credited_at"] == datetime(2021, 12, 27, 8)


def test_a_week_across_new_year_has_one_cap(story: Story) -> None:
    """Seven posts of one ISO week across New Year: five are awarded, the ledger keeps the rest."""
    for n in range(7):
        at = datetime(2021, 12, 27) + timedelta(days=n)
        story.act("photo_post", at, obj=f"p{n}", place="album", photo_count=1)
    rows = story.ledger()
    assert [row["decision"] for row in rows] == ["awarded"] * 5 + ["over_cap"] * 2
    assert {row["cap_start"] for row in rows} == {date(2021, 12, 27)}
    points = story.score()["teacher_rule_points"]
    assert pick(points, "period_id", "points", "credits") == [("2021", 5, 5), ("2022", 0, 0)]


def test_at_one_instant_the_unit_ids_bytes_decide_who_is_over_the_cap(story: Story) -> None:
    """Credits are capped in order of (instant, unit id compared as bytes)."""
    for unit in ("学", "b", "B", "é", "a", "_"):
        story.act("photo_post", MONDAY, obj=unit, place="album", photo_count=1)
    ranked = sorted(story.ledger(), key=lambda row: row["cap_rank"])
    assert [row["unit_id"] for row in ranked] == ["B", "_", "a", "b", "é", "学"]
    assert ranked[-1]["decision"] == "over_cap"


def test_a_profile_complete_up_to_midnight_is_carried_over_new_year(story: Story) -> None:
    """A new year's credit is dated 00:00:00 though an event of that very instant breaks the profile."""
    full = {"avatar": "a", "phone": "1", "school": "s", "subject": "x"}
    story.act("profile_update", datetime(2021, 5, 1), **full)
    story.act("profile_update", datetime(2021, 5, 2), avatar=" ")
    story.act("profile_update", datetime(2021, 5, 3), avatar="b", phone=None, wechat="w")
    story.act("profile_update", datetime(2021, 5, 4), email="e")
    story.act("profile_update", datetime(2022, 1, 1), subject="")
    assert pick(story.ledger(), "unit_id", "credited_at", "event_id", "progress") == [
        ("2021", datetime(2021, 5, 1), "a0000", None),
        ("2022", datetime(2022, 1, 1), "a0002", None),
    ]


def test_a_profile_complete_between_two_events_of_one_instant_counts(story: Story) -> None:
    """The four groups need to hold at once only between two events, in order of event id."""
    story.act("profile_update", MONDAY, avatar="a", phone="1", school="s")
    story.act("profile_update", MONDAY, obj="T2", subject="x")
    story.act("profile_update", MONDAY, avatar=None)
    assert pick(story.ledger(), "teacher_id", "credited_at", "event_id") == [("T1", MONDAY, "a0001")]


def test_parts_of_a_lesson_are_not_added_up(story: Story) -> None:
    """The earliest part of 15 minutes counts, at its start + 15; else the longest gives whole minutes."""
    quarter = timedelta(minutes=15)
    for start, length, session in (
        (MONDAY, quarter - MICRO, "short"),
        (MONDAY + quarter, quarter - MICRO, "short"),
        (MONDAY + quarter, quarter, "long"),
        (MONDAY, timedelta(minutes=14), "long"),
        (MONDAY - timedelta(minutes=10), 2 * quarter, "edge"),
    ):
        story.act("lesson_session", start, obj=session, started_at=start, ended_at=start + length)
    assert pick(story.ledger(), "unit_id", "credited_at", "progress", "cap_start") == [
        ("edge", MONDAY + timedelta(minutes=5), 15, date(2022, 3, 7)),
        ("long", MONDAY + timedelta(minutes=30), 15, date(2022, 3, 7)),
        ("short", None, 14, None),
    ]
    assert pick(story.ledger(date(2022, 3, 6)), "unit_id") == []  # seen, but its credit is still to come


def test_the_assignment_window_is_inclusive_at_both_ends(story: Story) -> None:
    """Students count from the creation to exactly 720 hours later; the earliest creation's actor earns."""
    window = timedelta(hours=720)
    story.act("assignment_create", MONDAY + MICRO, "T2", kind="quiz")
    story.act("assignment_create", MONDAY, "T1", kind="quiz")
    for n, late in enumerate([-MICRO, timedelta(0), *[timedelta(1)] * 7, window + MICRO, timedelta(1)]):
        story.act("assignment_response", MONDAY + late, f"s{n % 10}", action="read")
    assert pick(story.ledger(), "teacher_id", "decision", "progress") == [("T1", "not_met", 9)]
    story.act("assignment_response", MONDAY + window, "s9", action="complete")
    assert pick(story.ledger(), "decision", "credited_at") == [("awarded", MONDAY + window)]


def test_the_reviewing_teacher_earns_without_a_creation(story: Story) -> None:
    """Ten distinct students' work reviewed earns, also on what a colleague created or nobody did."""
    for n in range(11):
        story.act("assignment_review", MONDAY + timedelta(hours=n), "T2", student_id=f"s{n % 10}")
    story.act("assignment_review", MONDAY, "T1", student_id="s1")
    assert pick(story.ledger(), "teacher_id", "decision", "progress", "event_id") == [
        ("T2", "awarded", 10, "a0009"),
        ("T1", "not_met", 1, None),
    ]


def test_a_class_counts_its_members_at_one_time(story: Story) -> None:
    """A second join of a member and a leave of a stranger change nothing; joins before the creation count."""
    story.act("class_create", MONDAY + timedelta(days=9))
    for n in (*range(24), 0, 5):
        story.act("class_join", MONDAY + timedelta(hours=n), f"s{n}")
    story.act("class_leave", MONDAY + timedelta(days=2), "stranger")
    story.act("class_leave", MONDAY + timedelta(days=2), "s3")
    story.act("class_join", MONDAY + timedelta(days=2), "s88")
    assert pick(story.ledger(), "decision", "progress") == [("not_met", 24)]
    story.act("class_join", MONDAY + timedelta(days=2), "s99")
    story.act("class_leave", MONDAY + timedelta(days=2), "s99")
    assert pick(story.ledger(), "credited_at", "event_id") == [(MONDAY + timedelta(days=2), "a0030")]


def test_a_pupil_and_a_parent_with_one_id_are_one_account(story: Story) -> None:
    """A notice needs ten accounts from the instant of its posting on; an earlier reply never counts."""
    story.act("notice_post", MONDAY)
    for account in ("early", *(f"pa{n}" for n in range(9))):
        story.act("notice_reply", MONDAY - (MICRO if account == "early" else MICRO * 0), account)
    story.act("notice_reply", MONDAY + MICRO, "pa0")
    story.lines["activities"][-1]["actor_role"] = "student"
    assert pick(story.ledger(), "decision", "progress") == [("not_met", 9)]


def test_an_activity_week_takes_the_earlier_of_participants_and_works(story: Story) -> None:
    """Fifteen participants of that week, or the creator's fifth work of the whole life falling in it."""
    story.act("activity_create", MONDAY)
    week = timedelta(days=7)
    for n in range(15):
        story.act("activity_join", MONDAY + timedelta(days=1, hours=n), f"s{n}")
    for n in (0, 1, 2, 2, 3):
        story.act("activity_review", MONDAY - week, work_id=f"w{n}")
    story.act("activity_review", MONDAY, "T2", work_id="w4")  # a colleague's is nothing
    story.act("activity_join", MONDAY + week, "s0")
    story.act("activity_review", MONDAY + week + MICRO, work_id="w4")
    story.act("activity_review", MONDAY + 2 * week, work_id="w4")
    assert pick(story.ledger(), "unit_id", "decision", "progress", "event_id") == [
        ("o|2022-03-07", "awarded", 15, "a0015"),
        ("o|2022-03-14", "awarded", 15, "a0023"),
        ("o|2022-02-28", "not_met", 0, None),
        ("o|2022-03-21", "not_met", 0, None),
    ]


def test_only_the_creator_moves_a_habit_and_only_a_created_one(story: Story) -> None:
    """A pupil's check-in or the creator's own interaction earns the creator, also before the creation."""
    story.act("habit_create", MONDAY + timedelta(days=3))
    story.act("habit_interact", MONDAY, "T2")
    story.act("habit_interact", MONDAY + MICRO)
    story.act("habit_checkin", MONDAY + timedelta(days=1), "s1")
    story.act("habit_checkin", MONDAY, "s1", "nobody's")
    assert pick(story.ledger(), "teacher_id", "unit_id", "event_id") == [
        ("T1", "o|2022-03-07", "a0002"),
        ("T1", "o|2022-03-08", "a0003"),
    ]


def test_a_credit_is_priced_by_the_rule_of_its_day(story: Story) -> None:
    """Points and cap are those of the credit's day; a day without a version has no row and no rank."""
    for n in range(6):
        story.act("article_publish", MONDAY + timedelta(days=n), obj=f"art{n}")
    rules = versions(
        "teaching_article",
        {"valid_to": "2022-03-08"},
        {"valid_from": "2022-03-10", "cap": "3", "points": "7"},
    )
    assert pick(story.ledger(rules=rules), "unit_id", "cap_rank", "points") == [
        ("art0", 1, 5),
        ("art1", 2, 0),
        ("art3", 3, 7),
        ("art4", 4, 0),
        ("art5", 5, 0),
    ]


def test_a_threshold_is_that_of_the_objects_creation(story: Story) -> None:
    """A notice posted under the old threshold keeps it, though its replies come under the new one."""
    for n, day in enumerate((0, 1)):
        story.act("notice_post", MONDAY + timedelta(days=day), obj=f"n{n}")
        for account in ("s1", "s2"):
            story.act("notice_reply", MONDAY + timedelta(days=2), account, f"n{n}")
    rules = versions(
        "class_notice",
        {"valid_to": "2022-03-07", "threshold": "3"},
        {"valid_from": "2022-03-08", "threshold": "2"},
    )
    assert pick(story.ledger(rules=rules), "unit_id", "decision", "progress", "threshold") == [
        ("n1", "awarded", 2, 2),
        ("n0", "not_met", 2, 3),
    ]


def test_the_indices_divide_by_listed_teachers_of_the_periods_roster(story: Story) -> None:
    """Retired teachers leave sum and count, idle ones count, points follow their teacher, a school
    without anyone listed has no index and no rank, and a district is weighted by teacher."""
    write(story.raw, "roster/dt=2022-03-01/districts.csv", "district_id,name\nd1,x\nd2,y\n")
    schools = "school_id,name,district_id,branch,stage\n" + "".join(
        f"{s},x,d1,,junior\n" for s in ("A", "B", "C")
    )
    write(story.raw, "roster/dt=2022-03-01/schools.csv", schools)
    teachers = "".join(
        f"{t},same,{s},{status},x,true\n"
        for t, s, status in (
            ("T1", "A", "active"),
            ("T2", "B", "active"),
            ("T3", "B", "active"),
            ("T4", "B", "retired"),
        )
    )
    head = "teacher_id,name,school_id,status,subject,verified\n"
    write(story.raw, "roster/dt=2022-03-01/teachers.csv", head + teachers)
    for teacher in ("T1", "T2", "T4", "T9"):
        story.login(MONDAY, teacher)
    tables = story.score(date(2022, 3, 7))
    assert pick(tables["school_index"], "school_id", "teachers", "index_value", "city_rank") == [
        ("A", 1, Fraction(1), 1),
        ("B", 2, Fraction(1, 2), 2),
        ("C", 0, None, None),
    ]
    assert pick(tables["district_index"], "district_id", "index_value", "city_rank") == [
        ("d1", Fraction(2, 3), 1),
        ("d2", None, None),
    ]
    ranks = ("teacher_id", "points", "school_rank", "city_rank")
    assert pick(tables["teacher_index"], *ranks) == [("T1", 1, 1, 1), ("T2", 1, 1, 1), ("T3", 0, 2, 3)]
    assert len(tables["teacher_rule_points"]) == 4  # with the retired and the unknown
    daily = ("school_id", "teachers", "active_teachers", "logins", "points")
    assert pick(tables["activity_daily"], *daily) == [("A", 1, 1, 1, 1), ("B", 2, 1, 1, 1)]
    assert len(tables["indicator_index"]) == (1 + 5 + 17) * (1 + 2 + 3)  # total, categories, rules


def test_as_of_hides_later_days_but_no_drop(story: Story) -> None:
    """Events and named windows after D are unseen, though the files' counts are those of every drop."""
    story.login(MONDAY)
    story.login(MONDAY + timedelta(days=1))
    tables = story.score(date(2022, 3, 7))
    assert pick(tables["points_ledger"], "unit_id") == [("2022-03-07",)]
    assert pick(tables["teacher_rule_points"], "period_id") == [("2022",)]
    assert sum(row["accepted"] for row in tables["files"]) == 2
    assert pick(score(story.raw)["points_ledger"], "unit_id") == [("2022-03-07",), ("2022-03-08",)]


@pytest.mark.parametrize("seed", range(8))
def test_totals_are_the_same_by_every_road(tmp_path: Path, seed: int) -> None:
    """In a hostile city under changing rules the keys are unique and every sum meets the ledger's."""
    as_of = write_city(tmp_path, seed)
    tables = score(tmp_path, as_of, random_rules(seed), random_periods(seed))
    ledger = tables["points_ledger"]
    assert len({(r["teacher_id"], r["rule_code"], r["unit_id"]) for r in ledger}) == len(ledger)
    for period in {row["period_id"] for row in tables["teacher_index"]}:
        levels = [
            sum(row["points"] for row in tables[name] if row["period_id"] == period)
            for name in ("teacher_index", "school_index", "district_index")
        ]
        totals = [
            row["points"]
            for row in tables["indicator_index"]
            if row["period_id"] == period and row["entity_id"] == "city" and row["indicator"] == "total"
        ]
        assert set(levels) == set(totals)
