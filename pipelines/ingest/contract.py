"""What a raw drop may hold: sources, columns, event types, attributes and refusal reasons, as data.

Everything that reads or checks a record is derived from these tables; the words are those of the
platform's export contract.
"""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "enum", "boolean", "count", "timestamp", "profile"]

REASONS = (
    "malformed",
    "missing_field",
    "bad_timestamp",
    "unknown_type",
    "invalid_role",
    "invalid_value",
    "future_timestamp",
    "conflicting_duplicate",
)
"""Why a record is quarantined; the first that applies, in this order, is kept."""

REFUSED_SNAPSHOT = "refused_snapshot"
"""Why a roster row is quarantined: its snapshot was refused as a whole."""
REFUSED_DECISIONS = "refused_decisions"
"""Why a decision is quarantined: the decisions of its drop were refused as a whole."""

CHANNELS = ("web", "mobile", "teaching_app")


@dataclass(frozen=True)
class Attribute:
    """One attribute an event type lists: how its JSON value is checked and the column it lands in."""

    kind: Kind
    values: tuple[str, ...] = ()
    column: str = ""


@dataclass(frozen=True)
class EventType:
    """Who may act in an event of this type, and the attributes it must carry."""

    roles: tuple[str, ...]
    attributes: dict[str, Attribute] = field(default_factory=dict)


TEACHER, STUDENT = ("teacher",), ("student",)
PROFILE_FIELDS = ("avatar", "email", "phone", "wechat", "school", "class", "subject")
_VISIBILITY = {"visibility": Attribute("enum", ("public", "private"), "visibility")}

EVENT_TYPES: dict[str, EventType] = {
    "profile_update": EventType(
        TEACHER, {f: Attribute("profile", column=f"profile_{f}") for f in PROFILE_FIELDS}
    ),
    "resource_upload": EventType(TEACHER, _VISIBILITY),
    "resource_visibility": EventType(TEACHER, _VISIBILITY),
    "photo_post": EventType(
        TEACHER,
        {
            "place": Attribute("enum", ("album", "class_circle"), "place"),
            "photo_count": Attribute("count", column="photo_count"),
        },
    ),
    "article_publish": EventType(TEACHER),
    "article_share": EventType(TEACHER),
    "lesson_session": EventType(
        TEACHER,
        {
            "started_at": Attribute("timestamp", column="started_at"),
            "ended_at": Attribute("timestamp", column="ended_at"),
        },
    ),
    "assignment_create": EventType(
        TEACHER, {"kind": Attribute("enum", ("preview", "practice", "quiz"), "assignment_kind")}
    ),
    "assignment_response": EventType(
        STUDENT, {"action": Attribute("enum", ("read", "complete"), "response_action")}
    ),
    "assignment_review": EventType(TEACHER, {"student_id": Attribute("text", column="student_id")}),
    "material_collect": EventType(TEACHER),
    "material_download": EventType(TEACHER),
    "courseware_upload": EventType(
        TEACHER,
        {
            "original": Attribute("boolean", column="is_original"),
            "status": Attribute("enum", ("success", "failed"), "upload_status"),
        },
    ),
    "class_create": EventType(TEACHER),
    "class_join": EventType(STUDENT),
    "class_leave": EventType(STUDENT),
    "notice_post": EventType(TEACHER),
    "notice_reply": EventType(("student", "parent")),
    "activity_create": EventType(TEACHER),
    "activity_join": EventType(STUDENT),
    "activity_review": EventType(TEACHER, {"work_id": Attribute("text", column="work_id")}),
    "habit_create": EventType(TEACHER),
    "habit_checkin": EventType(STUDENT),
    "habit_interact": EventType(TEACHER),
    "research_participate": EventType(
        TEACHER, {"community": Attribute("enum", ("studio", "course"), "community")}
    ),
    "office_submit": EventType(TEACHER),
    "office_approve": EventType(TEACHER),
    "space_visit": EventType(("teacher", "student", "parent")),
    "school_post": EventType(
        TEACHER,
        {
            "school_id": Attribute("text", column="posted_school_id"),
            "column": Attribute("text", column="post_column"),
            "column_kind": Attribute("enum", ("system", "custom"), "post_column_kind"),
            "original": Attribute("boolean", column="is_original"),
            "media": Attribute("enum", ("none", "image", "video"), "media"),
        },
    ),
    "post_reply": EventType(("teacher", "student", "parent")),
}

ATTRIBUTES: dict[str, Attribute] = {
    name: attribute for event in EVENT_TYPES.values() for name, attribute in event.attributes.items()
}
"""Every listed attribute by its JSON name; a name shared by two types means the same there."""

SQL_TYPES: dict[Kind, str] = {
    "text": "varchar",
    "enum": "varchar",
    "profile": "varchar",
    "boolean": "boolean",
    "count": "bigint",
    "timestamp": "timestamp",
}


@dataclass(frozen=True)
class Source:
    """A stream of records with its own id space.

    `columns` are required in every record, in the order of the contract; `optional` may be absent.
    """

    name: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()

    @property
    def typed_columns(self) -> dict[str, str]:
        """Column to SQL type of a record after reading, in the order they land in the lake."""
        typed = {c: "timestamp" if c == "occurred_at" else "varchar" for c in self.columns}
        for name in self.attributes:
            typed[ATTRIBUTES[name].column] = SQL_TYPES[ATTRIBUTES[name].kind]
        return typed


_JSONL = (".jsonl", ".jsonl.gz", ".jsonl.zst")

LOGINS = Source(
    name="logins",
    columns=("event_id", "teacher_id", "occurred_at", "channel"),
    suffixes=(".csv", ".csv.gz", ".csv.zst", *_JSONL, ".parquet"),
)
ACTIVITIES = Source(
    name="activities",
    columns=("event_id", "event_type", "occurred_at", "actor_id", "actor_role", "object_id"),
    optional=("attributes",),
    attributes=tuple(ATTRIBUTES),
    suffixes=(*_JSONL, ".parquet"),
)
EVENT_SOURCES: dict[str, Source] = {s.name: s for s in (LOGINS, ACTIVITIES)}

ROSTER = "roster"
ROSTER_FILES: dict[str, tuple[str, ...]] = {
    "districts.csv": ("district_id", "name"),
    "schools.csv": ("school_id", "name", "district_id", "branch", "stage"),
    "teachers.csv": ("teacher_id", "name", "school_id", "status", "subject", "verified"),
}
ROSTER_VALUES: dict[tuple[str, str], tuple[str, ...]] = {
    ("schools.csv", "stage"): (
        "primary",
        "junior",
        "senior",
        "nine_year",
        "complete",
        "vocational",
        "special",
    ),
    ("teachers.csv", "status"): ("active", "retired", "off_post"),
    ("teachers.csv", "verified"): ("true", "false"),
}
ROSTER_PARENTS: dict[tuple[str, str], str] = {
    ("schools.csv", "district_id"): "districts.csv",
    ("teachers.csv", "school_id"): "schools.csv",
}
ROSTER_MAY_BE_BLANK: frozenset[tuple[str, str]] = frozenset({("schools.csv", "branch")})

DECISIONS = "decisions"
DECISION_COLUMNS = ("decision_id", "kind", "target", "reason", "decided_by", "decided_on")
"""`target` names an event with its source, such as `logins:<event_id>`."""
VOID, RESTORE = DECISION_KINDS = ("void", "restore")

SOURCES = (*EVENT_SOURCES, ROSTER, DECISIONS)
"""Every folder of RAW that holds drops, in the order they are taken in."""
