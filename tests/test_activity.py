"""What the cockpit shows of activity, recounted in plain Python from the events that were accepted."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from harness import score
from reference.hostile import random_rules, write_city

Row = dict[str, Any]
FOUR_WEEKS, WEEK = timedelta(days=28), timedelta(days=7)
MARTS = (
    "activity_spans", "activity_hours", "arrivals", "category_weekly", "points_ledger", "teacher_index",
    "teacher_streaks",
)  # fmt: skip
TABLES = {name: f"marts.{name}" for name in MARTS} | {
    "run": "ops.run",
    "logins": "work.staging.stg_logins",
    "activities": "work.staging.stg_activities",
}


@pytest.fixture(scope="module", params=range(8100, 8106))
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A hostile city as the project scored it, with `as_of`, `school_of` the listed, and their `acts`."""
    seed, raw = request.param, tmp_path_factory.mktemp("city") / "raw"
    day, rules = write_city(raw, seed), random_rules(seed)
    found: dict[str, Any] = score(raw, day.isoformat() if day else None, rules=rules, tables=TABLES)
    found["as_of"] = found["run"][0]["as_of"]
    found["category_of"] = {rule["rule_code"]: rule["category"] for rule in rules}
    listed = [row for row in found["teacher_index"] if row["period_id"] == str(found["as_of"].year)]
    found["school_of"] = {row["teacher_id"]: row["school_id"] for row in listed}
    events = [(row["teacher_id"], row["occurred_at"]) for row in found["logins"]] + [
        (row["actor_id"], row["occurred_at"]) for row in found["activities"] if row["actor_role"] == "teacher"
    ]
    found["acts"] = [(teacher, at) for teacher, at in events if teacher in found["school_of"]]
    return found


def start_of(kind: str, day: date) -> date:
    """First day of the week or month a day lies in."""
    return day - timedelta(days=day.weekday()) if kind == "week" else day.replace(day=1)


def starts(kind: str, first: date, last: date) -> Iterator[date]:
    """The first day of each week or month from that of `first` to that of `last`."""
    start = start_of(kind, first)
    while start <= last:
        yield start
        start += WEEK if kind == "week" else timedelta(days=31)
        start = start_of(kind, start)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["week", "month"])
def test_active_new_and_lost_teachers(city: dict[str, Any], kind: str) -> None:
    """New is who was never seen before, lost who was active in the span before and is not in this one."""
    school_of = city["school_of"]
    active: dict[date, set[str]] = defaultdict(set)
    for teacher, at in city["acts"]:
        active[start_of(kind, at.date())].add(teacher)
    expected = {}
    seen: set[str] = set()
    before: set[str] = set()
    days = [row["occurred_on"] for row in city["logins"] + city["activities"]]
    for start in starts(kind, min(days), max(days)) if days else ():
        now = active[start]
        for school in set(school_of.values()):
            staff = {teacher for teacher, its in school_of.items() if its == school}
            expected[start, school] = tuple(
                len(staff & some) for some in (staff, now, now - seen, before - now)
            )
        seen, before = seen | now, now
    counts = ("teachers", "active_teachers", "new_teachers", "lost_teachers")
    rows = [row for row in city["activity_spans"] if row["kind"] == kind]
    assert {(r["starts_on"], r["school_id"]): tuple(r[c] for c in counts) for r in rows} == expected


@pytest.mark.slow
def test_streaks(city: dict[str, Any]) -> None:
    """A streak is walked back day by day from a login; it runs over New Year, the longest is of this year."""
    as_of = city["as_of"]
    days_of: dict[str, set[date]] = defaultdict(set)
    for row in city["logins"]:
        days_of[row["teacher_id"]].add(row["occurred_on"])
    last_act: dict[str, date] = {}
    for teacher, at in city["acts"]:
        last_act[teacher] = max(at.date(), last_act.get(teacher, at.date()))

    def streak(teacher: str, day: date) -> int:
        length = 0
        while day in days_of[teacher]:
            length, day = length + 1, day - timedelta(days=1)
        return length

    expected = {}
    for teacher in city["school_of"]:
        days = days_of[teacher]
        this_year = [streak(teacher, day) for day in days if day.year == as_of.year]
        expected[teacher] = (
            last_act.get(teacher),
            max(days, default=None),
            streak(teacher, as_of),
            max(this_year, default=0),
        )
    told = ("last_active_on", "last_login_on", "current_streak", "longest_streak")
    assert {r["teacher_id"]: tuple(r[c] for c in told) for r in city["teacher_streaks"]} == expected


@pytest.mark.slow
def test_hours_of_the_last_four_weeks(city: dict[str, Any]) -> None:
    """Every login and act of a listed teacher in the four weeks up to the as-of day, by weekday and hour."""
    recent = [(t, at) for t, at in city["acts"] if at.date() > city["as_of"] - FOUR_WEEKS]
    expected = Counter((city["school_of"][t], at.isoweekday(), at.hour) for t, at in recent)
    hours = {(r["school_id"], r["weekday"], r["hour"]): r["acts"] for r in city["activity_hours"]}
    assert hours == expected


@pytest.mark.slow
def test_points_by_category_and_week(city: dict[str, Any]) -> None:
    """Every credit of a listed teacher, also one worth nothing, in its ISO week and category."""
    expected: Counter[tuple[date, str, str]] = Counter()
    for row in city["points_ledger"]:
        if row["credited_on"] is not None and row["teacher_id"] in city["school_of"]:
            school, category = city["school_of"][row["teacher_id"]], city["category_of"][row["rule_code"]]
            expected[start_of("week", row["credited_on"]), school, category] += row["points"]
    weekly = {(r["week_start"], r["school_id"], r["category"]): r["points"] for r in city["category_weekly"]}
    assert weekly == expected


@pytest.mark.slow
def test_arrivals(city: dict[str, Any]) -> None:
    """Events of each drop day, those of an earlier day, and how many days the oldest took."""
    delays: dict[tuple[str, date], list[int]] = defaultdict(list)
    for source in ("logins", "activities"):
        for row in city[source]:
            delays[source, row["dt"]].append((row["dt"] - row["occurred_on"]).days)
    expected = {key: (len(found), sum(d > 0 for d in found), max(found)) for key, found in delays.items()}
    told = ("events", "late_events", "longest_delay_days")
    assert {(r["source"], r["dt"]): tuple(r[c] for c in told) for r in city["arrivals"]} == expected
