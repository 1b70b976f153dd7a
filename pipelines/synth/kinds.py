"""The event types, and the table of JSON attribute texts that events point into."""

KINDS = (
    "profile_update", "resource_upload", "resource_visibility", "photo_post", "article_publish",
    "article_share", "lesson_session", "assignment_create", "assignment_response", "assignment_review",
    "material_collect", "material_download", "courseware_upload", "class_create", "class_join", "class_leave",
    "notice_post", "notice_reply", "activity_create", "activity_join", "activity_review", "habit_create",
    "habit_checkin", "habit_interact", "research_participate", "office_submit", "office_approve",
    "space_visit", "school_post", "post_reply", "login",
)  # fmt: skip
KIND = {name: number for number, name in enumerate(KINDS)}
LOGIN = KIND["login"]

CHANNELS = ("web", "mobile", "teaching_app")

# What `detail` holds: for the kinds below, what their builder in render.py needs; for the other kinds with
# attributes, an index into ATTRIBUTES; otherwise nothing.
BUILT = {
    KIND["profile_update"]: "index into PROFILE_PATTERNS",
    KIND["lesson_session"]: "the start, local seconds; the end is the event's own instant",
    KIND["assignment_review"]: "the student's code",
    KIND["activity_review"]: "the number of the work within the activity",
    KIND["school_post"]: "the school's number * 256 + index into POST_VARIANTS",
}

ATTRIBUTES: list[str] = []


def _add(texts: list[str]) -> int:
    """Append texts; returns the index of the first."""
    ATTRIBUTES.extend(texts)
    return len(ATTRIBUTES) - len(texts)


_FLAGS = ("true", "false")
MAX_PHOTOS = 9

PRIVATE_PUBLIC = _add([f'{{"visibility":"{v}"}}' for v in ("private", "public")])
PHOTOS = _add(
    [
        f'{{"place":"{place}","photo_count":{count}}}'
        for place in ("album", "class_circle")
        for count in range(MAX_PHOTOS + 1)
    ]
)  # + place * 10 + count
READ_COMPLETE = _add([f'{{"action":"{action}"}}' for action in ("read", "complete")])
ASSIGNMENT_KINDS = _add([f'{{"kind":"{kind}"}}' for kind in ("preview", "practice", "quiz")])
COURSEWARE = _add(
    [f'{{"original":{flag},"status":"{status}"}}' for flag in _FLAGS for status in ("success", "failed")]
)  # + 2 if not original, + 1 if failed
COMMUNITY = _add([f'{{"community":"{community}"}}' for community in ("studio", "course")])

WITH_TABLE = {
    KIND[name]
    for name in (
        "resource_upload", "resource_visibility", "photo_post", "assignment_create", "assignment_response",
        "courseware_upload", "research_participate",
    )
}  # fmt: skip

# A profile update sets these fields; a trailing "-" clears the field instead.
PROFILE_PATTERNS: tuple[tuple[str, ...], ...] = (
    ("avatar", "phone", "school", "subject"),
    ("avatar", "email", "wechat", "class", "subject"),
    ("avatar", "school"),
    ("phone", "subject"),
    ("subject", "wechat"),
    ("avatar-",),
    ("phone-", "email"),
)

_COLUMNS = (
    ("校园新闻", "system"), ("教学教研", "system"), ("教师园地", "system"), ("学生天地", "system"),
    ("家长学校", "system"), ("党建之窗", "system"), ("招生信息", "system"), ("青青校园", "custom"),
    ("楚剧社团", "custom"), ("劳动基地", "custom"),
)  # fmt: skip
POST_VARIANTS = [
    f'"column":"{column}","column_kind":"{kind}","original":{flag},"media":"{media}"}}'
    for column, kind in _COLUMNS
    for flag in _FLAGS
    for media in ("none", "image", "video")
]
