"""A record to a typed event, or the first reason of the contract's list for which it is refused."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
SPREADSHEET = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2}) (\d{1,2}):(\d{2})(?::(\d{2}))?()()", re.ASCII)

TEXT, COUNT, FLAG, TIME, PROFILE = "text", "count", "flag", "time", "profile"
TEACHER, STUDENT, ANYONE = {"teacher"}, {"student"}, {"teacher", "student", "parent"}
PROFILE_FIELDS = ("avatar", "email", "phone", "wechat", "school", "class", "subject")
COLUMNS = ("event_id", "event_type", "occurred_at", "actor_id", "actor_role", "object_id")
LOGIN_COLUMNS = ("event_id", "teacher_id", "occurred_at", "channel")
CHANNELS = {"web", "mobile", "teaching_app"}
LONGEST_LESSON = timedelta(hours=24)

VISIBILITY = {"visibility": {"public", "private"}}

# event_type: (roles allowed, {attribute: its kind, or the set of its values})
TYPES: dict[str, tuple[set[str], dict[str, Any]]] = {
    "profile_update": (TEACHER, dict.fromkeys(PROFILE_FIELDS, PROFILE)),
    "resource_upload": (TEACHER, VISIBILITY),
    "resource_visibility": (TEACHER, VISIBILITY),
    "photo_post": (TEACHER, {"place": {"album", "class_circle"}, "photo_count": COUNT}),
    "article_publish": (TEACHER, {}),
    "article_share": (TEACHER, {}),
    "lesson_session": (TEACHER, {"started_at": TIME, "ended_at": TIME}),
    "assignment_create": (TEACHER, {"kind": {"preview", "practice", "quiz"}}),
    "assignment_response": (STUDENT, {"action": {"read", "complete"}}),
    "assignment_review": (TEACHER, {"student_id": TEXT}),
    "material_collect": (TEACHER, {}),
    "material_download": (TEACHER, {}),
    "courseware_upload": (TEACHER, {"original": FLAG, "status": {"success", "failed"}}),
    "class_create": (TEACHER, {}),
    "class_join": (STUDENT, {}),
    "class_leave": (STUDENT, {}),
    "notice_post": (TEACHER, {}),
    "notice_reply": ({"student", "parent"}, {}),
    "activity_create": (TEACHER, {}),
    "activity_join": (STUDENT, {}),
    "activity_review": (TEACHER, {"work_id": TEXT}),
    "habit_create": (TEACHER, {}),
    "habit_checkin": (STUDENT, {}),
    "habit_interact": (TEACHER, {}),
    "research_participate": (TEACHER, {"community": {"studio", "course"}}),
    "office_submit": (TEACHER, {}),
    "office_approve": (TEACHER, {}),
    "space_visit": (ANYONE, {}),
    "school_post": (
        TEACHER,
        {
            "school_id": TEXT,
            "column": TEXT,
            "column_kind": {"system", "custom"},
            "original": FLAG,
            "media": {"none", "image", "video"},
        },
    ),
    "post_reply": (ANYONE, {}),
}


class RefusedError(Exception):
    """The record goes to quarantine, for `reason`."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Event:
    """One accepted record, local times; two records are the same content when they compare equal.

    A login has the type `login` and the object "". `attributes` holds only the listed attributes, typed.
    """

    event_id: str
    event_type: str
    at: datetime
    actor_id: str
    actor_role: str
    object_id: str
    attributes: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def day(self) -> date:
        """The local day of the event."""
        return self.at.date()

    @property
    def order(self) -> tuple[datetime, bytes]:
        """Events are ordered by instant, then by event id compared as bytes."""
        return self.at, self.event_id.encode()


def local_time(value: Any) -> datetime:
    """The local time (naive) of a timestamp as written; ValueError if it cannot be read."""
    if isinstance(value, datetime):  # Parquet only
        return value if value.tzinfo is None else to_local(value)
    if not isinstance(value, str):
        raise ValueError("not a text")
    match = ISO.fullmatch(value.strip()) or SPREADSHEET.fullmatch(value.strip())
    if match is None:
        raise ValueError("no known form")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    micros = int((fraction or "")[:6].ljust(6, "0"))  # digits past the microsecond are cut
    at = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micros)
    return to_local(at.replace(tzinfo=zone_of(offset))) if offset else at


def zone_of(offset: str) -> timezone:
    """The zone of `Z`, `+08:00` or `-0500`."""
    if offset == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if offset[0] == "-" else span)


def to_local(at: datetime) -> datetime:
    """An aware instant as naive local time; beyond the calendar's ends it cannot be read."""
    try:
        return at.astimezone(LOCAL).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError("outside the calendar") from error


def trimmed(value: Any) -> Any:
    """Every text value is trimmed; other values stay as they are."""
    return value.strip() if isinstance(value, str) else value


def is_missing(value: Any) -> bool:
    """Absent, null or blank."""
    return value is None or value == ""


def login_event(values: dict[str, Any], dt: date) -> Event:
    """The login a record stands for, or RefusedError."""
    columns = {name: trimmed(values.get(name)) for name in LOGIN_COLUMNS}
    require(columns)
    at = readable("occurred_at", columns["occurred_at"])
    must_be_text("event_id", columns["event_id"])
    must_be_text("teacher_id", columns["teacher_id"])
    must_be_in("channel", columns["channel"], CHANNELS)
    not_after(dt, {"occurred_at": at})
    return Event(
        columns["event_id"],
        "login",
        at,
        columns["teacher_id"],
        "teacher",
        "",
        {"channel": columns["channel"]},
    )


def activity_event(values: dict[str, Any], dt: date) -> Event:
    """The activity a record stands for, or RefusedError: the checks stand in the order of the contract."""
    columns = {name: trimmed(values.get(name)) for name in COLUMNS}
    event_type = columns["event_type"]
    known = isinstance(event_type, str) and event_type in TYPES
    roles, kinds = TYPES[event_type] if known else (set(), {})
    given = values.get("attributes")
    given = {} if given is None else given
    is_object = isinstance(given, dict)
    attributes = listed_attributes(given, kinds) if is_object else {}

    require(columns)
    if is_object:  # otherwise it is invalid_value, whatever it should have held
        require({name: attributes.get(name) for name, kind in kinds.items() if kind != PROFILE})

    times = {"occurred_at": readable("occurred_at", columns["occurred_at"])}
    times |= {name: readable(name, attributes[name]) for name in attributes if kinds[name] == TIME}

    if not known:
        raise RefusedError("unknown_type", f"event_type {event_type!r}")
    if not isinstance(columns["actor_role"], str) or columns["actor_role"] not in roles:
        raise RefusedError("invalid_role", f"actor_role {columns['actor_role']!r}")

    for name in ("event_id", "actor_id", "object_id"):
        must_be_text(name, columns[name])
    if not is_object:
        raise RefusedError("invalid_value", "attributes is not an object")
    attributes |= {name: at for name, at in times.items() if name != "occurred_at"}
    for name, value in attributes.items():
        must_be_of_kind(name, value, kinds[name])
    if event_type == "lesson_session":
        length = attributes["ended_at"] - attributes["started_at"]
        if not timedelta(0) <= length <= LONGEST_LESSON:
            raise RefusedError("invalid_value", f"a lesson of {length}")

    not_after(dt, times)
    return Event(
        columns["event_id"],
        event_type,
        times["occurred_at"],
        columns["actor_id"],
        columns["actor_role"],
        columns["object_id"],
        attributes,
    )


def listed_attributes(given: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    """The listed attributes that are there, trimmed; unknown ones are kept elsewhere and are no content.

    A profile attribute that is null or blank clears its field: both read as None, hence as the same content.
    """
    attributes = {name: trimmed(given[name]) for name in kinds if name in given}
    return {
        name: None if kinds[name] == PROFILE and value == "" else value for name, value in attributes.items()
    }


def require(values: dict[str, Any]) -> None:
    """Refuse a record that lacks one of these."""
    for name, value in values.items():
        if is_missing(value):
            raise RefusedError("missing_field", name)


def readable(name: str, value: Any) -> datetime:
    """The local time of a timestamp field."""
    try:
        return local_time(value)
    except ValueError as error:
        raise RefusedError("bad_timestamp", f"{name} {value!r}: {error}") from error


def not_after(dt: date, times: dict[str, datetime]) -> None:
    """Refuse a timestamp of a local day later than the drop's."""
    for name, at in times.items():
        if at.date() > dt:
            raise RefusedError("future_timestamp", f"{name} {at} in the drop of {dt}")


def must_be_text(name: str, value: Any) -> None:
    """Ids are strings."""
    if not isinstance(value, str):
        raise RefusedError("invalid_value", f"{name} {value!r} is no text")


def must_be_in(name: str, value: Any, allowed: set[str]) -> None:
    """A value of a closed set."""
    if not isinstance(value, str) or value not in allowed:
        raise RefusedError("invalid_value", f"{name} {value!r}")


def must_be_of_kind(name: str, value: Any, kind: Any) -> None:
    """An attribute of the right JSON type, in its set or range."""
    if isinstance(kind, set):
        must_be_in(name, value, kind)
    elif kind == COUNT:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:  # 3.0 and true are no integers
            raise RefusedError("invalid_value", f"{name} {value!r} is no count")
    elif kind == FLAG:
        if not isinstance(value, bool):
            raise RefusedError("invalid_value", f"{name} {value!r} is no boolean")
    elif kind == TEXT or (kind == PROFILE and value is not None):
        must_be_text(name, value)
