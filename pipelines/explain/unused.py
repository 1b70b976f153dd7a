"""A teacher's records that never came to be scored: refused ones, and repeats of others."""

import json
import re
from datetime import date

import duckdb

from pipelines.explain.model import UnusedRecord
from pipelines.ingest.contract import EVENT_SOURCES, LOGINS
from pipelines.ingest.lake import Lake, parquet

_ACTOR_KEYS = ("teacher_id", "actor_id")


def unused_records(lake: Lake, teacher_id: str, starts_on: date, ends_on: date) -> list[UnusedRecord]:
    """Refused records and duplicates that name the teacher as who acted, in order of file and number.

    A duplicate counts by its own day. A refused record may have none that can be read, so it counts from
    the day of its drop on: what was handed over before the span cannot be of it.
    """
    found = []
    with duckdb.connect() as con:
        for source in EVENT_SOURCES:
            manifest = lake.load(source)
            days = {day for day in manifest.days if day >= starts_on.isoformat()}
            if files := lake.data_files(manifest, "superseded", days):
                found += _duplicates(con, source, files, teacher_id, starts_on, ends_on)
            if files := lake.data_files(manifest, "quarantine", days):
                found += _refused(con, files, teacher_id)
    return sorted(found, key=lambda r: (r.path, r.record_number))


def _duplicates(
    con: duckdb.DuckDBPyConnection,
    source: str,
    files: list[str],
    teacher_id: str,
    starts_on: date,
    ends_on: date,
) -> list[UnusedRecord]:
    who = "teacher_id" if source == LOGINS.name else "actor_id"
    rows = con.execute(
        f"select path, record_number, held_path, held_record_number, event_id from {parquet(files)} "
        f"where {who} = ? and verdict = 'duplicate' and cast(occurred_at as date) between ? and ?",
        [teacher_id, starts_on, ends_on],
    ).fetchall()
    return [
        UnusedRecord(path, number, "duplicate", f"the same content as {held} record {held_number}", event_id)
        for path, number, held, held_number, event_id in rows
    ]


def _refused(con: duckdb.DuckDBPyConnection, files: list[str], teacher_id: str) -> list[UnusedRecord]:
    escaped = json.dumps(teacher_id)[1:-1]
    rows = con.execute(
        f"select path, record_number, reason, detail, raw_text from {parquet(files)} "
        "where contains(raw_text, ?) or contains(raw_text, ?)",
        [teacher_id, escaped],
    ).fetchall()
    return [
        UnusedRecord(path, number, reason, detail or "", "", text)
        for path, number, reason, detail, text in rows
        if names(text, teacher_id)
    ]


def names(raw_text: str, teacher_id: str) -> bool:
    """Whether a record names this account as who acted: by its key in JSON, by a whole field in CSV."""
    try:
        record = json.loads(raw_text)
    except ValueError:
        keys = "|".join(_ACTOR_KEYS)
        if re.search(rf'"(?:{keys})"\s*:\s*"\s*{re.escape(teacher_id)}\s*"', raw_text):
            return True
        # Broken JSON names others too, its object for one; only a table's field stands for itself.
        fields = [] if raw_text.lstrip().startswith("{") else raw_text.split(",")
        return teacher_id in [field.strip().strip('"').strip() for field in fields]
    if not isinstance(record, dict):
        return False
    return teacher_id in [str(record.get(key, "")).strip() for key in _ACTOR_KEYS]
