"""Events to columns of text, and those to JSON lines, CSV lines or Parquet tables."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import kinds
from .events import NUMBER_MASK, Events, code
from .kinds import KIND
from .names import SUBJECTS
from .text import TWO, TimeStyle, as_strings, event_ids, id_texts, timestamps

ROLES = {ord("t"): "teacher", ord("s"): "student", ord("p"): "parent"}
ROLE_NAMES = list(ROLES.values())
ACTIVITY_COLUMNS = (
    "event_id",
    "event_type",
    "occurred_at",
    "actor_id",
    "actor_role",
    "object_id",
    "attributes",
)
LOGIN_COLUMNS = ("event_id", "teacher_id", "occurred_at", "channel")
_ROLE_OF_LETTER = np.zeros(256, dtype=np.int32)
for _index, _letter in enumerate(ROLES):
    _ROLE_OF_LETTER[_letter] = _index


def join(*parts: pa.Array | str) -> pa.StringArray:
    """The parts put together, element by element; a plain text is repeated."""
    return pc.binary_join_element_wise(*parts, "")


@dataclass
class Coded:
    """A column as indices into a list of texts; a negative index is null."""

    indices: np.ndarray  # int32
    texts: pa.StringArray

    def plain(self) -> pa.StringArray:
        """The column's texts."""
        return self.texts.take(self.indices_array())

    def indices_array(self) -> pa.Array:
        """The indices, negative ones as null."""
        return pa.array(self.indices, mask=self.indices < 0)

    def dictionary(self) -> pa.DictionaryArray:
        """The column as Arrow's own coded column."""
        return pa.DictionaryArray.from_arrays(self.indices_array(), self.texts)


def types(events: Events) -> Coded:
    """The event types."""
    return Coded(events.kind.astype(np.int32), pa.array(kinds.KINDS[: kinds.LOGIN]))


def roles(events: Events) -> Coded:
    """The actors' roles, which are the letters of their accounts."""
    return Coded(_ROLE_OF_LETTER[events.actor >> 40], pa.array(ROLE_NAMES))


def channels(logins: Events) -> Coded:
    """The channels of logins."""
    return Coded(logins.detail.astype(np.int32), pa.array(kinds.CHANNELS))


def attributes(events: Events, style: TimeStyle) -> Coded:
    """The attributes as JSON texts; null for types without any."""
    indices = np.full(len(events), -1, dtype=np.int32)
    in_table = np.isin(events.kind, list(kinds.WITH_TABLE))
    indices[in_table] = events.detail[in_table]
    pool = [pa.array(kinds.ATTRIBUTES)]
    used = len(kinds.ATTRIBUTES)
    for kind, build in BUILDERS.items():
        which = np.flatnonzero(events.kind == kind)
        if len(which):
            indices[which] = used + np.arange(len(which))
            pool.append(build(events.take(which), style))
            used += len(which)
    return Coded(indices, pa.concat_arrays(pool))


def lesson_attributes(events: Events, style: TimeStyle) -> pa.StringArray:
    """Start and end of lessons."""
    start, end = timestamps(events.detail, style), timestamps(events.at, style)
    return join('{"started_at":"', start, '","ended_at":"', end, '"}')


def review_attributes(events: Events, style: TimeStyle) -> pa.StringArray:
    """The student whose work is reviewed."""
    return join('{"student_id":"', id_texts(events.detail), '"}')


def work_attributes(events: Events, style: TimeStyle) -> pa.StringArray:
    """The work reviewed: `w`, the activity's number, the work's number."""
    work = id_texts((events.obj & NUMBER_MASK) + code("w", 0))
    return join('{"work_id":"', work, "-", as_strings(TWO[events.detail]), '"}')


def post_attributes(events: Events, style: TimeStyle) -> pa.StringArray:
    """School, column and make of a school's post."""
    school = id_texts(code("x", events.detail >> 8))
    return join(
        '{"school_id":"', school, '",', pa.array(kinds.POST_VARIANTS).take(pa.array(events.detail & 255))
    )


def profile_attributes(events: Events, style: TimeStyle) -> pa.StringArray:
    """The fields that a profile update sets or clears. Numbers and addresses are ones nobody can have."""
    number = pc.utf8_slice_codeunits(id_texts(events.actor), 5, 11)
    subject = pa.array(SUBJECTS).take(pa.array(events.actor % len(SUBJECTS)))
    values = {
        "avatar": join("avatar/", number, ".png"),
        "email": join("teacher", number, "@example.invalid"),
        "phone": join("10000", number),
        "wechat": join("wx_", number),
        "school": join("学校", number),
        "class": join("班级", number),
        "subject": subject,
    }
    texts = []
    for pattern in kinds.PROFILE_PATTERNS:
        parts: list[pa.Array | str] = ["{"]
        for place, name in enumerate(pattern):
            comma = "," if place else ""
            if name.endswith("-"):
                parts.append(f'{comma}"{name[:-1]}":null')
            else:
                parts += [f'{comma}"{name}":"', values[name], '"']
        texts.append(join(*parts, "}") if len(parts) > 2 else pa.array(["".join(parts) + "}"] * len(events)))
    # Row i of pattern p stands at p * rows + i.
    return pa.concat_arrays(texts).take(pa.array(events.detail * len(events) + np.arange(len(events))))


BUILDERS = {
    KIND["lesson_session"]: lesson_attributes,
    KIND["assignment_review"]: review_attributes,
    KIND["activity_review"]: work_attributes,
    KIND["school_post"]: post_attributes,
    KIND["profile_update"]: profile_attributes,
}


def activity_lines(events: Events, style: TimeStyle) -> pa.StringArray:
    """JSON lines, each with its line end."""
    held = attributes(events, style)
    # Index 0 is the end of a line without attributes.
    ends = pa.concat_arrays([pa.array(['"}\n']), join('","attributes":', held.texts, "}\n")])
    middle = Coded(types(events).indices, join('","event_type":"', types(events).texts, '","occurred_at":"'))
    role = Coded(roles(events).indices, join('","actor_role":"', roles(events).texts, '","object_id":"'))
    return join(
        '{"event_id":"',
        event_ids("e", events.id),
        middle.plain(),
        timestamps(events.at, style),
        '","actor_id":"',
        id_texts(events.actor),
        role.plain(),
        id_texts(events.obj),
        Coded(held.indices + 1, ends).plain(),
    )


def login_json_lines(logins: Events, style: TimeStyle) -> pa.StringArray:
    """Logins as JSON lines, each with its line end."""
    return join(
        '{"event_id":"',
        event_ids("l", logins.id),
        '","teacher_id":"',
        id_texts(logins.actor),
        '","occurred_at":"',
        timestamps(logins.at, style),
        '","channel":"',
        channels(logins).plain(),
        '"}\n',
    )


def activity_table(events: Events) -> pa.Table:
    """Activities as an Arrow table; `occurred_at` is a timestamp, the rest text."""
    style = TimeStyle(" ", "")
    columns = [
        event_ids("e", events.id),
        types(events).dictionary(),
        pa.array(events.at * 1_000_000).cast(pa.timestamp("us")),
        id_texts(events.actor),
        roles(events).dictionary(),
        id_texts(events.obj),
        attributes(events, style).dictionary(),
    ]
    return pa.table(columns, names=ACTIVITY_COLUMNS)


def login_table(logins: Events) -> pa.Table:
    """Logins as an Arrow table; `occurred_at` is a timestamp, the rest text."""
    columns = [
        event_ids("l", logins.id),
        id_texts(logins.actor),
        pa.array(logins.at * 1_000_000).cast(pa.timestamp("us")),
        channels(logins).dictionary(),
    ]
    return pa.table(columns, names=LOGIN_COLUMNS)
