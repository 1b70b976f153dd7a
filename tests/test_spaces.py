"""The evidence of spaces equals a recount in plain Python on a hostile city, and tells what is unknown."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from statistics import median
from typing import Any

import duckdb
import pytest

from pipelines.evidence.spaces import MEASURES, worded, write_spaces
from pipelines.home import Home
from pipelines.ingest.contract import SOURCES
from pipelines.ingest.lake import parquet
from pipelines.project import ROOT

Event = dict[str, Any]
Key = tuple[str, str, str]
PARTS = (("avatar",), ("email", "phone", "wechat"), ("school", "class"), ("subject",))


class Recount:
    """Every measure of a period by loops over the events up to its end."""

    def __init__(self, con: duckdb.DuckDBPyConnection, events: list[Event], period: str) -> None:
        self.starts_on, self.ends_on = con.execute(
            "select starts_on, least(ends_on, as_of) from marts.periods, ops.run where period_id = ?",
            [period],
        ).fetchone()
        self.listed = {
            teacher: (school, verified)
            for teacher, school, verified in con.execute(
                "select teacher_id, school_id, is_verified from marts.teachers where period_id = ?", [period]
            ).fetchall()
        }
        query = "select school_id from marts.school_index where period_id = ?"
        self.schools = [school for (school,) in con.execute(query, [period]).fetchall()]
        self.minutes = con.execute(
            "select threshold from rulebook.rules where rule_code = 'interactive_lesson' "
            "and ? between valid_from and valid_to",
            [self.ends_on],
        ).fetchone()[0]
        ordered = sorted(events, key=lambda e: (e["occurred_at"], e["event_id"].encode()))
        self.seen = [e for e in ordered if e["occurred_at"].date() <= self.ends_on]
        self.inside = [e for e in self.seen if e["occurred_at"].date() >= self.starts_on]

    def of(self, kind: str, events: Iterable[Event] | None = None) -> list[Event]:
        """Events of a type, of the period unless others are given."""
        return [e for e in (self.inside if events is None else events) if e["event_type"] == kind]

    def distinct(
        self, kinds: Iterable[str], what: Callable[[Event], Any], keep=lambda e: True
    ) -> dict[str, int]:
        """How many different things each actor did."""
        found: dict[str, set] = defaultdict(set)
        for kind in kinds:
            for e in self.of(kind):
                if keep(e):
                    found[e["actor_id"]].add(what(e))
        return defaultdict(int, {actor: len(things) for actor, things in found.items()})

    def creators(self, kind: str) -> dict[str, Event]:
        """The earliest creation of each object."""
        found: dict[str, Event] = {}
        for e in self.of(kind, self.seen):
            found.setdefault(e["object_id"], e)
        return found

    def drawn(self, made: str, kinds: Iterable[str], what: Callable[[Event], Any], keep) -> dict[str, int]:
        """How much others did on what somebody made."""
        by = self.creators(made)
        found: dict[str, set] = defaultdict(set)
        for kind in kinds:
            for e in self.of(kind):
                creation = by.get(e["object_id"])
                if creation is not None and keep(e, creation):
                    found[creation["actor_id"]].add((e["object_id"], what(e)))
        return defaultdict(int, {who: len(things) for who, things in found.items()})

    def complete(self, teacher: str) -> int:
        """Whether the four parts of a profile hold at the period's end."""
        fields: dict[str, str] = {}
        for e in self.of("profile_update", self.seen):
            if e["actor_id"] == teacher:
                fields |= {f: v for f in sum(PARTS, ()) if (v := e[f"profile_{f}"]) is not None}
        return int(all(any(fields.get(f) for f in part) for part in PARTS))

    def visits(self, entity: str) -> tuple[int, int]:
        """(visits, visitors) by others."""
        by = [e["actor_id"] for e in self.of("space_visit") if e["object_id"] == entity != e["actor_id"]]
        return len(by), len(set(by))

    def spread(self, days: list[date]) -> dict[str, tuple[float, int | None]]:
        """What follows from the days on which items appeared."""
        working = sum((day.weekday() < 5 and day not in holidays()) or day in makeup_days() for day in days)
        busiest = max((days.count(day) for day in set(days)), default=0)
        return {
            "updates": (len(days), None), "update_days": (len(set(days)), None),
            "working_day_share": (working, len(days)), "busiest_day_share": (busiest, len(days)),
        }  # fmt: skip

    def items(self, teacher: str) -> list[date]:
        """The days on which a teacher's items appeared."""
        found: dict[tuple[str, str], date] = {}
        for e in self.inside:
            kind = e["event_type"]
            shown = {
                "article_publish": True,
                "resource_upload": e["visibility"] == "public",
                "resource_visibility": e["visibility"] == "public",
                "photo_post": (e["photo_count"] or 0) >= 1,
                "courseware_upload": e["upload_status"] == "success",
            }.get(kind, False)
            if shown and e["actor_id"] == teacher:
                found.setdefault((kind.split("_")[0], e["object_id"]), e["occurred_at"].date())
        return list(found.values())

    def teachers(self) -> dict[Key, tuple[float | None, int | None]]:
        """The rows of teachers."""
        obj, day = (lambda e: e["object_id"]), (lambda e: (e["object_id"], e["occurred_at"].date()))
        ok = lambda e: e["upload_status"] == "success"  # noqa: E731
        long = lambda e: e["ended_at"] - e["started_at"] >= timedelta(minutes=self.minutes)  # noqa: E731
        later = lambda e, made: e["occurred_at"] >= made["occurred_at"]  # noqa: E731
        public = lambda e: e["visibility"] == "public"  # noqa: E731
        counted = {
            "lessons": self.distinct(["lesson_session"], obj, long),
            "articles": self.distinct(["article_publish"], obj),
            "article_shares": self.distinct(["article_share"], day),
            "research": self.distinct(["research_participate"], day),
            "courseware": self.distinct(["courseware_upload"], obj, ok),
            "resources_public": self.distinct(["resource_upload", "resource_visibility"], obj, public),
            "assignments": self.distinct(["assignment_create"], obj),
            "students_reviewed": self.distinct(
                ["assignment_review"], lambda e: (e["object_id"], e["student_id"])
            ),
            "notices": self.distinct(["notice_post"], obj),
            "activities": self.distinct(["activity_create"], obj),
            "assignment_responses": self.drawn(
                "assignment_create", ["assignment_response"], lambda e: e["actor_id"], later
            ),
            "notice_replies": self.drawn("notice_post", ["notice_reply"], lambda e: e["actor_id"], later),
            "habit_days": self.drawn(
                "habit_create",
                ["habit_checkin", "habit_interact"],
                lambda e: e["occurred_at"].date(),
                lambda e, made: e["event_type"] == "habit_checkin" or e["actor_id"] == made["actor_id"],
            ),
        }
        original = self.distinct(["courseware_upload"], obj, lambda e: ok(e) and e["is_original"])
        found: dict[Key, tuple[float | None, int | None]] = {}
        for teacher in self.listed:
            visits, visitors = self.visits(teacher)
            row: dict[str, tuple[float | None, int | None]] = {
                m: (v[teacher], None) for m, v in counted.items()
            }
            row |= {"profile_complete": (self.complete(teacher), None), "visits": (visits, None)}
            row |= {"visitors": (visitors, None), **self.spread(self.items(teacher))}
            row["courseware_original"] = (original[teacher], counted["courseware"][teacher])
            found |= {("teacher", teacher, measure): value for measure, value in row.items()}
        return found

    def of_schools(self) -> dict[Key, tuple[float | None, int | None]]:
        """The rows of schools."""
        first: dict[str, Event] = {}
        for e in self.of("school_post", self.seen):
            first.setdefault(e["object_id"], e)
        reviews = self.distinct(["assignment_review"], lambda e: (e["object_id"], e["student_id"]))
        works = self.distinct(["activity_review"], lambda e: (e["object_id"], e["work_id"]))
        office = self.distinct(
            ["office_submit", "office_approve"], lambda e: (e["object_id"], e["event_type"])
        )
        found: dict[Key, tuple[float | None, int | None]] = {}
        for school in self.schools:
            of_school = {o: e for o, e in first.items() if e["posted_school_id"] == school}
            posts = [e for e in of_school.values() if e["occurred_at"].date() >= self.starts_on]
            replies = [
                (e["object_id"], e["occurred_at"] - of_school[e["object_id"]]["occurred_at"])
                for e in self.of("post_reply")
                if e["object_id"] in of_school
                and e["occurred_at"] >= of_school[e["object_id"]]["occurred_at"]
                and e["actor_id"] != of_school[e["object_id"]]["actor_id"]
            ]
            inside = {e["object_id"] for e in posts}
            delays = [min(d for o, d in replies if o == post) for post in inside & {o for o, _ in replies}]
            staff = [t for t, (of, _) in self.listed.items() if of == school]
            visits, visitors = self.visits(school)
            verified = sum(self.listed[t][1] for t in staff)
            own = {e["post_column"] for e in posts if e["post_column_kind"] == "custom"}
            row: dict[str, tuple[float | None, int | None]] = {
                "visits": (visits, None), "visitors": (visitors, None), "posts": (len(posts), None),
                "verified_share": (verified if staff else None, len(staff) if staff else None),
                "original_share": (sum(e["is_original"] for e in posts), len(posts)),
                "media_share": (sum(e["media"] in ("image", "video") for e in posts), len(posts)),
                "own_columns": (len(own), None),
                "replies": (len(replies), None), "posts_replied": (len(delays), len(posts)),
                "reply_delay_hours": (
                    median(d.total_seconds() // 1 / 3600 for d in delays) if delays else None, None
                ),
                "assignment_reviews": (sum(reviews[t] for t in staff), None),
                "activity_reviews": (sum(works[t] for t in staff), None),
                "office_records": (sum(office[t] for t in staff), None),
            }  # fmt: skip
            row |= self.spread([e["occurred_at"].date() for e in posts])
            found |= {("school", school, measure): value for measure, value in row.items()}
        return found


def days_of(kind: str) -> set[date]:
    """Days of the State Council's calendar of a kind."""
    found: set[date] = set()
    with (ROOT / "data" / "reference" / "calendar.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
            if row["kind"] == kind:
                found |= {first + timedelta(n) for n in range((last - first).days + 1)}
    return found


def holidays() -> set[date]:
    """Days off."""
    return days_of("holiday")


def makeup_days() -> set[date]:
    """Weekend days that are worked."""
    return days_of("workday")


def events_of(home: Home, con: duckdb.DuckDBPyConnection) -> list[Event]:
    """Every accepted activity that is not void."""
    lake = home.lake
    files = [str(f) for f in lake.data_files(lake.load("activities"), "accepted")]
    void = {e for (e,) in con.execute("select event_id from marts.voided_units").fetchall()}
    found = con.execute(f"select * from {parquet(files)}")
    names = [c[0] for c in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [row for row in rows if row["event_id"] not in void]


def test_evidence_equals_a_recount(home: Home) -> None:
    """Every measure of every listed teacher and school of every period equals a recount by loops."""
    manifests = {source: home.lake.load(source) for source in SOURCES}
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        events = events_of(home, con)
        periods = [p for (p,) in con.execute("select period_id from marts.periods").fetchall()]
        assert periods
        seen: set[str] = set()
        for period in periods:
            recount = Recount(con, events, period)
            write_spaces(con, home.lake, manifests, period)
            rows = con.execute("from space_evidence").fetchall()
            found = {
                (level, entity, measure): (value, out_of) for level, entity, measure, value, out_of in rows
            }
            wanted = recount.teachers() | recount.of_schools()
            assert len(found) == len(rows)
            assert found.keys() == wanted.keys()
            for key, (value, out_of) in wanted.items():
                assert found[key][1] == out_of, key
                assert found[key][0] == (None if value is None else pytest.approx(value, abs=1e-3)), key
            seen |= {measure for (_, _, measure), (value, _) in wanted.items() if value}
    assert MEASURES.keys() - seen <= {"reply_delay_hours"}


@pytest.mark.parametrize(
    ("measure", "value", "out_of", "text"),
    [
        ("verified_share", 42, 50, "84%（42／50）"),
        ("original_share", 0, 0, "无内容"),
        ("reply_delay_hours", None, None, "无数据"),
        ("reply_delay_hours", 3.46, None, "3.5小时"),
        ("profile_complete", 1, None, "是"),
        ("courseware_original", 3, 4, "3件（共4件）"),
        ("updates", 51, None, "51条"),
    ],
)
def test_measures_are_put_in_words(measure: str, value: float | None, out_of: int | None, text: str) -> None:
    """Shares tell both numbers, unknown is not nothing."""
    assert worded(measure, value, out_of) == text
