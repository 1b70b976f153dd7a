"""Every measure of spaces again, by loops in plain Python."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from statistics import median
from typing import Any

import duckdb

from pipelines.project import ROOT

Event = dict[str, Any]
Key = tuple[str, str, str]
CONTENT = ("article", "resource", "photo", "courseware")
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
        self.versions = con.execute(
            "select rule_code, valid_from, valid_to, threshold from rulebook.rules"
        ).fetchall()
        ordered = sorted(events, key=lambda e: (e["occurred_at"], e["event_id"].encode()))
        self.seen = [e for e in ordered if e["occurred_at"].date() <= self.ends_on]
        self.inside = [e for e in self.seen if e["occurred_at"].date() >= self.starts_on]

    def threshold(self, rule: str, day: date) -> float:
        """A rule's threshold on a day; out of reach where no version is in force."""
        told = (n for code, first, last, n in self.versions if code == rule and first <= day <= last)
        return next(told, float("inf"))

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

    def firsts(self) -> dict[tuple[str, str], dict[str, list[Event]]]:
        """Teacher and kind to what was new in the period, each thing with its events in order."""
        found: dict[tuple[str, str], dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
        for e in self.seen:
            kind = e["event_type"]
            least = self.threshold("photo_record", e["occurred_at"].date())
            counts = {
                "article_publish": True,
                "resource_upload": e["visibility"] == "public",
                "resource_visibility": e["visibility"] == "public",
                "photo_post": (e["photo_count"] or 0) >= least,
                "courseware_upload": e["upload_status"] == "success",
                "office_submit": True,
                "office_approve": True,
            }.get(kind, False)
            if counts:
                name = kind if kind.startswith("office") else kind.split("_")[0]
                found[e["actor_id"], name][e["object_id"]].append(e)
        for things in found.values():
            for thing in [t for t, of in things.items() if of[0]["occurred_at"].date() < self.starts_on]:
                del things[thing]
        return found

    def lessons(self) -> dict[str, int]:
        """Sessions with a part in the period that is long enough by the version of their first day."""
        first: dict[tuple[str, str], date] = {}
        found: dict[str, set[str]] = defaultdict(set)
        for e in self.of("lesson_session", self.seen):
            day = first.setdefault((e["actor_id"], e["object_id"]), e["occurred_at"].date())
            minutes = (e["ended_at"] - e["started_at"]) / timedelta(minutes=1)
            is_inside = e["occurred_at"].date() >= self.starts_on
            if is_inside and minutes >= self.threshold("interactive_lesson", day):
                found[e["actor_id"]].add(e["object_id"])
        return defaultdict(int, {who: len(sessions) for who, sessions in found.items()})

    def created(self, kind: str) -> dict[str, int]:
        """How many objects created in the period are each teacher's."""
        found: dict[str, int] = defaultdict(int)
        for e in self.creators(kind).values():
            found[e["actor_id"]] += e["occurred_at"].date() >= self.starts_on
        return found

    def teachers(self) -> dict[Key, tuple[float | None, int | None]]:
        """The rows of teachers."""
        day = lambda e: (e["object_id"], e["occurred_at"].date())  # noqa: E731
        later = lambda e, made: e["occurred_at"] >= made["occurred_at"]  # noqa: E731
        counted = {
            "lessons": self.lessons(),
            "article_shares": self.distinct(["article_share"], day),
            "research": self.distinct(["research_participate"], day),
            "assignments": self.created("assignment_create"),
            "students_reviewed": self.distinct(
                ["assignment_review"], lambda e: (e["object_id"], e["student_id"])
            ),
            "notices": self.created("notice_post"),
            "activities": self.created("activity_create"),
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
        firsts = self.firsts()
        found: dict[Key, tuple[float | None, int | None]] = {}
        for teacher in self.listed:
            visits, visitors = self.visits(teacher)
            row: dict[str, tuple[float | None, int | None]] = {
                m: (v[teacher], None) for m, v in counted.items()
            }
            row |= {"profile_complete": (self.complete(teacher), None), "visits": (visits, None)}
            new = {kind: firsts[teacher, kind] for kind in CONTENT}
            row |= {"visitors": (visitors, None), **self.spread(days_new(new))}
            row |= {"articles": (len(new["article"]), None), "photos": (len(new["photo"]), None)}
            row |= {"resources_public": (len(new["resource"]), None)}
            row |= {"courseware": (len(new["courseware"]), None)}
            original = sum(any(e["is_original"] for e in of) for of in new["courseware"].values())
            row["courseware_original"] = (original, len(new["courseware"]))
            found |= {("teacher", teacher, measure): value for measure, value in row.items()}
        return found

    def of_schools(self) -> dict[Key, tuple[float | None, int | None]]:
        """The rows of schools."""
        first: dict[str, Event] = {}
        for e in self.of("school_post", self.seen):
            first.setdefault(e["object_id"], e)
        reviews = self.distinct(["assignment_review"], lambda e: (e["object_id"], e["student_id"]))
        works = self.distinct(["activity_review"], lambda e: (e["object_id"], e["work_id"]))
        firsts = self.firsts()
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
                "office_records": (
                    sum(len(firsts[t, kind]) for t in staff for kind in ("office_submit", "office_approve")),
                    None,
                ),
                "teachers_updating": (
                    sum(any(firsts[t, kind] for kind in CONTENT) for t in staff) if staff else None,
                    len(staff) if staff else None,
                ),
            }  # fmt: skip
            row |= self.spread([e["occurred_at"].date() for e in posts])
            found |= {("school", school, measure): value for measure, value in row.items()}
        return found


def days_new(kinds: dict[str, dict[str, list[Event]]]) -> list[date]:
    """The day on which each new thing appeared."""
    return [of[0]["occurred_at"].date() for things in kinds.values() for of in things.values()]


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
