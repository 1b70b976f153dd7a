"""Records that must be refused, one way or another for each reason of the contract.

Which records, and for what reason, is decided on delivery (delivery.py); here their texts are spoilt. The
spoilt columns are JSON literals (`"text"`, `42`, `null`); an absent value is a null.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest import contract

from . import kinds
from .events import DAY_SECONDS, Events
from .kinds import KIND
from .render import (
    ACTIVITY_COLUMNS,
    LOGIN_COLUMNS,
    attributes,
    channels,
    join,
    roles,
    types,
)
from .text import TimeStyle, event_ids, id_texts, timestamps

REASONS = ("clean", *contract.REASONS)
MALFORMED, MISSING, BAD_TIME, UNKNOWN, ROLE, VALUE, FUTURE, CONFLICT = range(1, 9)
WEIGHTS = np.array([0.0, 0.12, 0.20, 0.12, 0.10, 0.10, 0.14, 0.10, 0.12])
ACTIVITY_REASONS = (MALFORMED, MISSING, BAD_TIME, UNKNOWN, ROLE, VALUE, FUTURE, CONFLICT)
LOGIN_REASONS = (MALFORMED, MISSING, BAD_TIME, VALUE, FUTURE, CONFLICT)

Literals = dict[str, pa.Array]  # column name: JSON literals, null where absent

BAD_TIMES = (
    '"2022-03-10"',
    '"2022-03-10 24:00:00"',
    '"2022-03-10T08:15:60"',
    '"2022-02-30 08:00:00"',
    '"昨天下午三点"',
    '"2022-03-10T08:00:00+08"',
    "1646870400",
)
UNKNOWN_TYPES = ('"homework_submit"', '"Login"', '"assignment_respond"', "42")
BAD_ROLES = ('"admin"', '"Teacher"', '"guest"', "7")
NO_OBJECTS = ("[]", '"none"', "3", "true")
BAD_ATTRIBUTES = {
    KIND["resource_upload"]: '{"visibility":"friends"}',
    KIND["resource_visibility"]: '{"visibility":true}',
    KIND["photo_post"]: '{"place":"album","photo_count":3.0}',
    KIND["lesson_session"]: '{"started_at":"2022-01-01 10:00:00","ended_at":"2022-01-01 09:15:00"}',
    KIND["assignment_create"]: '{"kind":"homework"}',
    KIND["assignment_response"]: '{"action":"submit"}',
    KIND["assignment_review"]: '{"student_id":12}',
    KIND["courseware_upload"]: '{"original":"yes","status":"success"}',
    KIND["activity_review"]: '{"work_id":["w1"]}',
    KIND["research_participate"]: '{"community":"club"}',
    KIND["profile_update"]: '{"avatar":1}',
}
BAD_CHANNELS = ('"tv"', '"WEB"', '"微信"')
NEED_ATTRIBUTES = sorted((kinds.WITH_TABLE | set(kinds.BUILT)) - {KIND["profile_update"]})


def from_the_future(events: Events, midnight: int) -> Events:
    """The records marked so, moved past the day that starts at `midnight` and is their drop's."""
    which = np.flatnonzero(events.dirt == FUTURE)
    if len(which):
        ahead = midnight - events.at[which] // DAY_SECONDS * DAY_SECONDS
        shift = ahead + DAY_SECONDS * (1 + events.id[which] % 400)
        events.at[which] += shift
        lesson = which[events.kind[which] == KIND["lesson_session"]]
        events.detail[lesson] += shift[events.kind[which] == KIND["lesson_session"]]
    return events


def quoted(texts: pa.Array) -> pa.Array:
    """JSON literals of plain texts."""
    return join('"', texts, '"')


def replace(values: pa.Array, where: np.ndarray, choices: tuple[str, ...], turn: np.ndarray) -> pa.Array:
    """The values with, where told, one of the choices; `turn` says which."""
    other = pa.array(choices, pa.string()).take(pa.array(turn % len(choices)))
    return pc.if_else(pa.array(where), other, values)


def activity_literals(events: Events, style: TimeStyle) -> Literals:
    """The columns of dirty activities, spoilt for every reason but `malformed`."""
    turn = events.id
    dirty = events.dirt
    held = attributes(events, style).plain()
    no_object = (dirty == VALUE) & (turn % 3 == 0)
    held = replace(held, no_object, NO_OBJECTS, turn // 3)
    bad = list(BAD_ATTRIBUTES.items())
    place = np.zeros(len(kinds.KINDS), dtype=int)
    place[[kind for kind, _ in bad]] = np.arange(len(bad))
    known = np.isin(events.kind, list(BAD_ATTRIBUTES))
    spoilt = (dirty == VALUE) & ~no_object
    held = replace(held, spoilt & known, tuple(text for _, text in bad), place[events.kind])
    held = replace(held, spoilt & ~known, NO_OBJECTS, turn // 3)
    missing = np.where(dirty == MISSING, turn % 7, -1)
    emptied = (missing == 5) & np.isin(events.kind, NEED_ATTRIBUTES)
    held = replace(held, emptied, ("{}", "null"), turn // 7)
    columns = {
        "event_id": quoted(event_ids("e", events.id)),
        "event_type": replace(quoted(types(events).plain()), dirty == UNKNOWN, UNKNOWN_TYPES, turn),
        "occurred_at": replace(quoted(timestamps(events.at, style)), dirty == BAD_TIME, BAD_TIMES, turn),
        "actor_id": quoted(id_texts(events.actor)),
        "actor_role": replace(quoted(roles(events).plain()), dirty == ROLE, BAD_ROLES, turn),
        "object_id": quoted(id_texts(events.obj)),
        "attributes": held,
    }
    gaps = dict(enumerate(ACTIVITY_COLUMNS[:5])) | {6: "object_id"}
    for number, name in gaps.items():
        columns[name] = blanked(columns[name], missing == number, turn // 7)
    columns["object_id"] = blanked(columns["object_id"], (missing == 5) & ~emptied, turn // 7)
    return columns


def login_literals(logins: Events, style: TimeStyle) -> Literals:
    """The columns of dirty logins, spoilt for every reason but `malformed`."""
    turn = logins.id
    dirty = logins.dirt
    columns = {
        "event_id": quoted(event_ids("l", logins.id)),
        "teacher_id": quoted(id_texts(logins.actor)),
        "occurred_at": replace(quoted(timestamps(logins.at, style)), dirty == BAD_TIME, BAD_TIMES, turn),
        "channel": replace(quoted(channels(logins).plain()), dirty == VALUE, BAD_CHANNELS, turn),
    }
    for number, name in enumerate(LOGIN_COLUMNS):
        columns[name] = blanked(columns[name], (dirty == MISSING) & (turn % 4 == number), turn // 4)
    return columns


def blanked(values: pa.Array, where: np.ndarray, turn: np.ndarray) -> pa.Array:
    """The values with, where told, nothing in them: absent, null, empty or blank."""
    other = pa.array([None, "null", '""', '"  "']).take(pa.array(turn % 4))
    return pc.if_else(pa.array(where), other, values)


def json_lines(literals: Literals, dirty: np.ndarray, turn: np.ndarray) -> pa.BinaryArray:
    """JSON lines with their ends; the malformed ones broken in five ways, one of them not UTF-8."""
    members = [
        pc.if_else(pc.is_null(column), "", join(f'"{name}":', pc.fill_null(column, ""), ","))
        for name, column in literals.items()
    ]
    # The comma after the last member is cut with the brace put in its place.
    lines = join(pc.utf8_slice_codeunits(join("{", *members), 0, -1), "}")
    broken = np.where(dirty == MALFORMED, turn % 5, -1)
    for number, spoilt in enumerate(
        (
            pc.utf8_slice_codeunits(lines, 0, 70),
            join("[", lines, "]"),
            pc.replace_substring(lines, '"actor_id":', "actor_id:"),
            join('{"weight":NaN,', pc.utf8_slice_codeunits(lines, 1)),
            join(lines, "\x01"),
        )
    ):
        lines = pc.if_else(pa.array(broken == number), spoilt, lines)
    if "actor_id" not in literals:  # a login has no such member to unquote
        lines = pc.if_else(pa.array(broken == 2), pc.utf8_slice_codeunits(lines, 0, 40), lines)
    return pc.replace_substring(join(lines, "\n").cast(pa.binary()), b"\x01", b"\xff\xfe")


def plain_texts(column: pa.Array) -> pa.Array:
    """The texts that literals stand for, as CSV and Parquet hold them; null where nothing is there."""
    text = pc.if_else(pc.equal(column, "null"), pa.scalar(None, pa.string()), column)
    return pc.if_else(pc.starts_with(text, '"'), pc.utf8_slice_codeunits(text, 1, -1), text)


def broken_json(column: pa.Array, where: np.ndarray) -> pa.Array:
    """Attributes that are no JSON: the only malformed records a Parquet file can hold."""
    return pc.if_else(pa.array(where), '{"visibility":"pub', column)
