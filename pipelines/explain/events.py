"""The events that concern one teacher, pulled from the lake in one query per source."""

from collections.abc import Iterable
from datetime import date

import duckdb

from pipelines.explain.model import Event
from pipelines.ingest.contract import ACTIVITIES, EVENT_TYPES, LOGINS
from pipelines.ingest.lake import Lake, parquet

LOGIN_RULE = "login"
EVENT_TYPES_OF: dict[str, tuple[str, ...]] = {
    LOGIN_RULE: (),
    "profile_complete": ("profile_update",),
    "resource_share": ("resource_upload", "resource_visibility"),
    "photo_record": ("photo_post",),
    "teaching_article": ("article_publish",),
    "result_spread": ("article_share",),
    "interactive_lesson": ("lesson_session",),
    "assignment_reach": ("assignment_create", "assignment_response"),
    "assignment_review": ("assignment_review",),
    "material_search": ("material_collect", "material_download"),
    "courseware": ("courseware_upload",),
    "class_formation": ("class_create", "class_join", "class_leave"),
    "class_notice": ("notice_post", "notice_reply"),
    "class_activity": ("activity_create", "activity_join", "activity_review"),
    "habit_checkin": ("habit_create", "habit_checkin", "habit_interact"),
    "research_activity": ("research_participate",),
    "campus_office": ("office_submit", "office_approve"),
}
"""Which events each rule looks at."""

RULE_OF = {event_type: rule for rule, types in EVENT_TYPES_OF.items() for event_type in types}
"""The one rule that looks at an event type; three types have none."""

CREATES = {
    "assignment_create": "assignment",
    "class_create": "class",
    "notice_post": "notice",
    "activity_create": "activity",
    "habit_create": "habit",
}
"""Event types that create an object, and the object's kind."""

JUDGED_BY_CREATOR = ("activity_review", "habit_interact")
"""Acts that count for an object's creator alone."""
_PLACE = ("event_id", "occurred_at", "path", "record_number", "sha256")
_ACT = ("event_type", "actor_id", "object_id")
LOGIN_COLUMNS = (*_PLACE, "teacher_id", "channel")
"""The lake's columns that `logins_from` needs."""


def logins_of(lake: Lake, teacher_id: str, as_of: date) -> list[Event]:
    """The teacher's logins up to the as-of day, in order."""
    files = lake.data_files(lake.load(LOGINS.name), "accepted")
    if not files:
        return []
    with duckdb.connect() as con:
        rows = con.execute(
            f"select {', '.join(LOGIN_COLUMNS)} from {parquet(files)} "
            "where teacher_id = ? and cast(occurred_at as date) <= ?",
            [teacher_id, as_of],
        ).fetchall()
    return logins_from(rows)


def logins_from(rows: Iterable[tuple]) -> list[Event]:
    """Rows of LOGIN_COLUMNS as events, in order."""
    events = [
        Event("logins", id_, "login", at, teacher_id, "", path, number, sha256, {"channel": channel})
        for id_, at, path, number, sha256, teacher_id, channel in rows
    ]
    return sorted(events, key=lambda e: e.order)


def activities_of(lake: Lake, teacher_id: str, rules: Iterable[str], as_of: date) -> list[Event]:
    """Activities up to the as-of day that `rules` may look at, in order: the teacher's own, and everyone's
    on the objects the teacher created or acted on as a creator would.
    """
    types = [t for rule in rules for t in EVENT_TYPES_OF.get(rule, ())]
    files = lake.data_files(lake.load(ACTIVITIES.name), "accepted")
    if not files or not types:
        return []
    touching = [t for t in types if t in CREATES or t in JUDGED_BY_CREATOR]
    shared = [t for rule in rules if set(touching) & set(EVENT_TYPES_OF.get(rule, ()))
              for t in EVENT_TYPES_OF[rule]]  # fmt: skip
    columns = activity_columns(types)
    with duckdb.connect() as con:
        rows = con.execute(
            f"""
            with seen as not materialized (
                select {", ".join(columns)} from {parquet(files)}
                where event_type in (select unnest($types)) and cast(occurred_at as date) <= $as_of
            )
            select * from seen where actor_id = $teacher or (
                event_type in (select unnest($shared))
                and object_id in (
                    select object_id from seen
                    where actor_id = $teacher and event_type in (select unnest($touching))
                )
            )
            """,
            {"types": types, "as_of": as_of, "teacher": teacher_id, "shared": shared, "touching": touching},
        ).fetchall()
    return activities_from(columns, rows)


def activity_columns(event_types: Iterable[str]) -> list[str]:
    """The lake's columns that `activities_from` needs for events of these types."""
    extra = sorted({a.column for t in event_types for a in EVENT_TYPES[t].attributes.values()})
    return [*_PLACE, *_ACT, *extra]


def activities_from(columns: list[str], rows: Iterable[tuple]) -> list[Event]:
    """Rows of `activity_columns` as events, in order."""
    events = []
    for row in rows:
        values = dict(zip(columns, row, strict=True))
        fixed = {name: values.pop(name) for name in (*_PLACE, *_ACT)}
        held = {k: v for k, v in values.items() if v is not None}
        events.append(Event(source="activities", attributes=held, **fixed))
    return sorted(events, key=lambda e: e.order)


def is_seen_acting(lake: Lake, teacher_id: str, as_of: date) -> bool:
    """Whether any event up to the as-of day is this teacher's."""
    if logins_of(lake, teacher_id, as_of):
        return True
    files = lake.data_files(lake.load(ACTIVITIES.name), "accepted")
    if not files:
        return False
    with duckdb.connect() as con:
        row = con.execute(
            f"select 1 from {parquet(files)} where actor_id = ? and actor_role = 'teacher' "
            "and cast(occurred_at as date) <= ? limit 1",
            [teacher_id, as_of],
        ).fetchone()
    return row is not None
