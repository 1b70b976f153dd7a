"""Records that must be refused, one way per reason and more, and odd ones that must not be."""

import json
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from .hostile_city import MICRO, Fact

BAD_TIMES = (
    "2022-01-05",
    "2022-01-05 24:00:00",
    "2022-01-05 10:00:60",
    "2022-01-05T10:00:00+08",
    "2022-01-05 10:60",
    "2022-02-30T10:00:00",
    "2022-13-01 00:00:00",
    "2022-01-05t10:00:00z",
    "2022-01-05T10:00:00 +08:00",
    "2022-01-05T10:00:00.",
    "2022-1-5 10:00",
    "2022/1/5",
    "2022/1/5 8:05 AM",
    "10/3/2022",
    "yesterday",
    "1641348000",
    "\uff12\uff10\uff12\uff12-01-05 10:00",
)
NOT_TEXT = (7, 1.5, True, [], {}, ["x"])
BROKEN_LINES = (
    b"{",
    b"null",
    b'"text"',
    b"[1,2]",
    b"7",
    b"\xef\xbf\xbd garbage",
    b'{"event_id": "q"',
    b'{"event_id": "q"} {}',
    b'{"event_id": "q",}',
    b"{'event_id': 'q'}",
    b'{"event_id": NaN}',
    b'{"event_id": "q", "n": [-Infinity]}',
    b'{"event_id": "q\xff"}',
    b"\xa0",
    b'{"event_id": "\xed\xa0\x80"}',
    b'{"event_id": "a\tb"}',
)
Row = dict[str, Any]


def to_object(fact: Fact, write: Callable[[datetime], str]) -> Row:
    """The fact as the JSON object of a clean record."""
    if fact.event_type == "login":
        return {
            "event_id": fact.event_id,
            "teacher_id": fact.actor_id,
            "occurred_at": write(fact.at),
            "channel": fact.attributes["channel"],
        }
    attributes = {k: write(v) if isinstance(v, datetime) else v for k, v in fact.attributes.items()}
    return {
        "event_id": fact.event_id,
        "event_type": fact.event_type,
        "occurred_at": write(fact.at),
        "actor_id": fact.actor_id,
        "actor_role": fact.actor_role,
        "object_id": fact.object_id,
        "attributes": attributes,
    }


def lose_a_column(rng: random.Random, row: Row) -> None:
    """missing_field: absent, null or blank."""
    name = rng.choice([name for name in row if name != "attributes"])
    row[name] = rng.choice((None, "", " \t", "\u3000"))
    if rng.random() < 0.4:
        del row[name]


def lose_an_attribute(rng: random.Random, row: Row) -> None:
    """missing_field for most types; a profile may lose any, and clears or leaves the field."""
    if not row.get("attributes") or not isinstance(row["attributes"], dict):
        return
    if rng.random() < 0.3:
        row["attributes"] = rng.choice((None, {}))
        return
    name = rng.choice(list(row["attributes"]))
    row["attributes"][name] = rng.choice((None, "", "  "))
    if rng.random() < 0.4:
        del row["attributes"][name]


def spoil_a_time(rng: random.Random, row: Row) -> None:
    """bad_timestamp, in a column or in an attribute."""
    attributes = row.get("attributes")
    holder, name = row, "occurred_at"
    if isinstance(attributes, dict) and "started_at" in attributes and rng.random() < 0.6:
        holder, name = attributes, rng.choice(("started_at", "ended_at"))
    holder[name] = rng.choice((*BAD_TIMES, 1641348000, 1.5, True))


def spoil_the_type(rng: random.Random, row: Row) -> None:
    """unknown_type, with whatever attributes."""
    if "event_type" in row:
        row["event_type"] = rng.choice(("robot_post", "login", "Photo_Post", 7, True, []))
        if rng.random() < 0.3:
            row["attributes"] = rng.choice((7, None, {"x": 1}))


def spoil_the_role(rng: random.Random, row: Row) -> None:
    """invalid_role: of no set, of another type's, or no text."""
    if "actor_role" in row:
        other = {"teacher": "student", "student": "teacher", "parent": "teacher"}
        row["actor_role"] = rng.choice(("admin", "TEACHER", 7, False, other.get(str(row["actor_role"]))))


def spoil_an_id(rng: random.Random, row: Row) -> None:
    """invalid_value: ids are strings."""
    name = rng.choice([name for name in ("event_id", "actor_id", "object_id", "teacher_id") if name in row])
    row[name] = rng.choice(NOT_TEXT)


def spoil_an_attribute(rng: random.Random, row: Row) -> None:
    """invalid_value: a value outside its set, or of another JSON type."""
    if "channel" in row:
        row["channel"] = rng.choice(("fax", "WEB", 7, []))
        return
    attributes = row.get("attributes")
    if not attributes or not isinstance(attributes, dict) or rng.random() < 0.25:
        row["attributes"] = rng.choice(("", [], [1], 7, False, "x"))
        return
    name = rng.choice(list(attributes))
    attributes[name] = rng.choice(("nonsense", "3", "true", -1, 3.0, 1.5, True, [], {}, ["x"], 0))


def spoil_a_length(rng: random.Random, row: Row) -> None:
    """invalid_value: a lesson that ends a microsecond too early or too late; both edges are fine."""
    if isinstance(row.get("attributes"), dict) and "started_at" in row["attributes"]:
        start = datetime(2019, 12, 31, 23, 50)
        length = rng.choice((-MICRO, timedelta(0), timedelta(hours=24), timedelta(hours=24) + MICRO))
        row["attributes"] |= {"started_at": str(start), "ended_at": str(start + length)}


MUTATIONS: tuple[Callable[[random.Random, Row], None], ...] = (
    lose_a_column,
    lose_an_attribute,
    spoil_a_time,
    spoil_the_type,
    spoil_the_role,
    spoil_an_id,
    spoil_an_attribute,
    spoil_a_length,
)


def dirty_object(rng: random.Random, row: Row, dt: date) -> Row:
    """The record with one fault, or with two of which only the first reason may be given."""
    for mutate in rng.sample(MUTATIONS, rng.choice((1, 1, 2, 3))):
        mutate(rng, row)
    if rng.random() < 0.25:  # the first instant that is too late
        tomorrow = dt + timedelta(days=1)
        utc = f"{dt}T16:00:00Z"
        row["occurred_at"] = rng.choice((f"{tomorrow} 00:00", utc, f"{dt}T23:59:59.9999999"))
    return row


def dirty_line(rng: random.Random, row: Row, dt: date) -> bytes:
    """A JSON line with a fault."""
    if rng.random() < 0.3:
        return rng.choice(BROKEN_LINES)
    line = json.dumps(dirty_object(rng, row, dt), ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.1:
        line = line.replace("{", rng.choice(('{"x": "\\ud800", "x": 1, ', '{"\\udfff": 1, ')), 1)
    return line.encode()


def odd_line(rng: random.Random, row: Row) -> bytes:
    """A JSON line that looks wrong and is not: equal keys, unknown attributes, escapes, no attributes."""
    if row.get("attributes") == {}:
        row["attributes"] = rng.choice((None, {}, {"note": {"deep": [1, {"x": None}]}}))
        if row["attributes"] is None and rng.random() < 0.5:
            del row["attributes"]
    elif "attributes" in row and rng.random() < 0.4:
        row["attributes"]["note"] = rng.choice((1e300, "多余", None, ["\U0001f600"], -0.0))
    names = rng.sample(list(row), len(row))
    row = {name: f" {row[name]} " if name.endswith("_id") else row[name] for name in names}
    line = json.dumps(row, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.3:
        line = line.replace("{", '{"event_id": 7, "occurred_at": "never", ', 1)  # the last of two keys counts
    return f"  {line}\t".encode()
