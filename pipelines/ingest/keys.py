"""The scope key: which events and which units of the ledger can touch one another.

All that decides a unit (an assignment, a teacher's login day, a habit's day, …) has one key, and so has the
unit itself; what was handed over, changed or taken back is then followed to just the units it can move. A
key is 64 bits: 40 of the hash of a family and the id of what it is about, and 24 of the day, where a unit
lasts for one day or week; the day is 0 where the whole object is one unit. Two things that share a key are
only scored together needlessly: a key selects, it never decides.

The hash is DuckDB's own, which may differ from version to version: `reader_sha256` covers that version.
"""

from dataclasses import dataclass

DAY_BITS = 24
_DAYS = 1 << DAY_BITS


@dataclass(frozen=True)
class Family:
    """Event types and rules that share their keys; logins have no type.

    `about` is the column that holds the id: object_id or actor_id. `grain` is what one unit lasts: a day, a
    week, or nothing where it is the object's whole life. `creations` are event types that bear on every day.
    `suffix` is how many characters of a unit id come after the object's id.
    """

    name: str
    event_types: tuple[str, ...]
    rules: tuple[str, ...]
    about: str = "object_id"
    grain: str = ""
    creations: tuple[str, ...] = ()
    suffix: str = "0"


_DAY_SUFFIX = "11"
LOGIN = Family("login", (), ("login",), "actor_id", "day")
FAMILIES: tuple[Family, ...] = (
    LOGIN,
    Family("profile", ("profile_update",), ("profile_complete",), "actor_id"),
    Family("resource", ("resource_upload", "resource_visibility"), ("resource_share",)),
    Family("photo", ("photo_post",), ("photo_record",)),
    Family("article", ("article_publish",), ("teaching_article",)),
    Family("share", ("article_share",), ("result_spread",), grain="day", suffix=_DAY_SUFFIX),
    Family("lesson", ("lesson_session",), ("interactive_lesson",)),
    Family(
        "assignment",
        ("assignment_create", "assignment_response", "assignment_review"),
        ("assignment_reach", "assignment_review"),
    ),
    Family("material", ("material_collect", "material_download"), ("material_search",), "actor_id", "week"),
    Family("courseware", ("courseware_upload",), ("courseware",)),
    Family("class", ("class_create", "class_join", "class_leave"), ("class_formation",)),
    Family("notice", ("notice_post", "notice_reply"), ("class_notice",)),
    Family(
        "activity",
        ("activity_create", "activity_join", "activity_review"),
        ("class_activity",),
        suffix=_DAY_SUFFIX,
    ),
    Family(
        "habit", ("habit_create", "habit_checkin", "habit_interact"), ("habit_checkin",), grain="day",
        creations=("habit_create",), suffix=_DAY_SUFFIX,
    ),
    Family("research", ("research_participate",), ("research_activity",), grain="day", suffix=_DAY_SUFFIX),
    Family(
        "office", ("office_submit", "office_approve"), ("campus_office",),
        suffix="case when ends_with(unit_id, '|submit') then 7 else 8 end",
    ),
)  # fmt: skip
"""The types that no rule reads belong to none and have the key 0."""


def object_key(key: str) -> str:
    """The key of all days of what `key` is about, as SQL."""
    return f"({key} - {key} % cast({_DAYS} as ubigint))"


def _key(family: str, about: str, day: str | None) -> str:
    whole = object_key(f"hash('{family}|' || {about})")
    # Counted from the year 1, so that every day a timestamp can have fits the bits and none is 0.
    return f"({whole} + cast(date_diff('day', date '0001-01-01', {day}) + 1 as ubigint))" if day else whole


def _strings(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{v}'" for v in values)


def event_key(source: str, prefix: str = "") -> str:
    """The scope key of an event of `source`, as SQL over its columns (those of the table `prefix`)."""
    day = f"cast({prefix}occurred_at as date)"
    if source == "logins":
        return _key(LOGIN.name, f"{prefix}teacher_id", day)
    days = {"day": day, "week": f"cast(date_trunc('week', {day}) as date)", "": None}
    cases = []
    for family in (f for f in FAMILIES if f.event_types):
        about = prefix + family.about
        if family.creations:
            types = _strings(family.creations)
            cases.append(f"when {prefix}event_type in ({types}) then {_key(family.name, about, None)}")
        cases.append(
            f"when {prefix}event_type in ({_strings(family.event_types)}) "
            f"then {_key(family.name, about, days[family.grain])}"
        )
    return f"case {' '.join(cases)} else cast(0 as ubigint) end"


def unit_key() -> str:
    """The scope key of a unit, as SQL over rule_code, teacher_id and unit_id."""
    cases = []
    for family in FAMILIES:
        about = "teacher_id" if family.about == "actor_id" else "unit_id"
        if family.suffix != "0":
            about = f"left(unit_id, length(unit_id) - {family.suffix})"
        day = "cast(right(unit_id, 10) as date)" if family.grain else None
        cases.append(f"when rule_code in ({_strings(family.rules)}) then {_key(family.name, about, day)}")
    return f"case {' '.join(cases)} end"
