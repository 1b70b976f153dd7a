"""One record of a drop file, as the lake holds it, and the events that decide the same units."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from pipelines.errors import CockpitError
from pipelines.explain.events import (
    LOGIN_COLUMNS,
    activities_from,
    activity_columns,
    logins_from,
)
from pipelines.explain.model import Event
from pipelines.explain.words import monday
from pipelines.ingest.contract import EVENT_SOURCES, EVENT_TYPES, ROSTER
from pipelines.ingest.keys import DAY_BITS, FAMILIES, LOGIN, Family
from pipelines.ingest.lake import Lake, Manifest, parquet


@dataclass(frozen=True)
class LakeRecord:
    """Where a record ended: `status` is accepted, duplicate, quarantined, or roster for a row of a snapshot.

    `held_path` and `held_number` name the record a duplicate repeats, or conflicts with. `event` is absent
    where the record was refused or is no event; `reason`, `detail` and `raw_text` are a refused one's.
    """

    source: str
    path: str
    record_number: int
    sha256: str
    status: str
    event: Event | None = None
    scope_key: int = 0
    held_path: str = ""
    held_number: int = 0
    reason: str = ""
    detail: str = ""
    raw_text: str | None = None


def find_record(results: duckdb.DuckDBPyConnection, lake: Lake, path: str, number: int) -> LakeRecord:
    """The record of a drop file, its path relative to RAW. Raises CockpitError where there is none.

    The lake is read over the connection to the results: a new one would take longer than the reading.
    """
    source, _, rest = path.partition("/")
    day = rest.partition("/")[0].removeprefix("dt=")
    manifest = lake.load(source) if source in (*EVENT_SOURCES, ROSTER) else Manifest()
    entry = manifest.days.get(day)
    file = next((f for f in entry.files if f.path == path), None) if entry else None
    if file is None:
        raise CockpitError(f"{path}: no such drop file was taken in")
    if file.fault:
        raise CockpitError(f"{path}: refused whole: {file.fault}")
    if not 1 <= number <= file.records:
        raise CockpitError(f"{path}: there is no record {number}, it has {file.records}")
    place = (source, path, number, file.sha256)

    def row_of(kind: str, columns: list[str]) -> tuple | None:
        files = lake.data_files(manifest, kind, {day})
        where = "where path = ? and record_number = ?"
        query = f"select {', '.join(columns)} from {parquet(files)} {where}"
        return results.execute(query, [path, number]).fetchone() if files else None

    if refused := row_of("quarantine", ["reason", "detail", "raw_text"]):
        told = dict(zip(("reason", "detail", "raw_text"), refused, strict=True))
        if told["reason"] == "conflicting_duplicate":
            held = row_of("superseded", ["held_path", "held_record_number"])
            told |= dict(zip(("held_path", "held_number"), held, strict=True))
        return LakeRecord(*place, "quarantined", **told)
    if source == ROSTER:
        return LakeRecord(*place, "roster")
    columns = list(LOGIN_COLUMNS) if source == "logins" else activity_columns(EVENT_TYPES)
    if again := row_of("superseded", [*columns, "held_path", "held_record_number"]):
        event = _event(source, columns, again[:-2])
        return LakeRecord(*place, "duplicate", event, held_path=again[-2], held_number=again[-1])
    if kept := row_of("accepted", [*columns, "scope_key"]):
        return LakeRecord(*place, "accepted", _event(source, columns, kept[:-1]), scope_key=kept[-1])
    raise CockpitError(f"{path}: the lake does not hold record {number}; run with --full-refresh")


def _event(source: str, columns: list[str], row: tuple) -> Event:
    return logins_from([row])[0] if source == "logins" else activities_from(columns, [row])[0]


def family_of(event: Event) -> Family:
    """The family of keys an event belongs to."""
    return next((f for f in FAMILIES if event.event_type in f.event_types), LOGIN)


def neighbours(
    results: duckdb.DuckDBPyConnection, lake: Lake, record: LakeRecord, as_of: date
) -> list[Event]:
    """All events up to the as-of day that can decide a unit together with this one, itself among them, in
    order; for a family of two rules those of both.
    """
    event, family = record.event, family_of(record.event)
    about = event.actor_id if family.about == "actor_id" else event.object_id
    manifest = lake.load(record.source)
    files = lake.data_files(manifest, "accepted", _days(results, manifest, event, family))
    where = f"{_keys(record, family)} and cast(occurred_at as date) <= $as_of"
    if record.source == "logins":
        columns, where = LOGIN_COLUMNS, f"{where} and teacher_id = $about"
        query = f"select {', '.join(columns)} from {parquet(files)} where {where}"
        return logins_from(results.execute(query, {"about": about, "as_of": as_of}).fetchall())
    types = ", ".join(f"'{t}'" for t in family.event_types)
    columns = activity_columns(family.event_types)
    query = (
        f"select {', '.join(columns)} from {parquet(files)} "
        f"where event_type in ({types}) and {where} and {family.about} = $about"
    )
    return activities_from(columns, results.execute(query, {"about": about, "as_of": as_of}).fetchall())


def _days(results: duckdb.DuckDBPyConnection, manifest: Manifest, event: Event, family: Family) -> set[str]:
    """Drop days that can hold an event of the unit.

    None is handed over before it has happened, and of each drop the results tell its first event's day.
    """
    if not family.grain or family.creations:
        return set(manifest.days)
    first = last = event.occurred_on
    if family.grain == "week":
        first, last = monday(first), monday(first) + timedelta(days=6)
    rows = results.execute(
        "select cast(dt as varchar) from state.drop_days where source = ? and dt >= ? and first_on <= ?",
        [event.source, first, last],
    ).fetchall()
    return {day for (day,) in rows} & manifest.days.keys()


def _keys(record: LakeRecord, family: Family) -> str:
    """The unit's key; with it the creation's, or for a creation those of all days."""
    key = record.scope_key
    if not family.creations:
        return f"scope_key = {key}"
    whole = key >> DAY_BITS << DAY_BITS
    if record.event.event_type in family.creations:
        return f"scope_key between {whole} and {whole + (1 << DAY_BITS) - 1}"
    return f"scope_key in ({whole}, {key})"
