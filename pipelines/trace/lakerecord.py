"""One record of a drop file, as the lake holds it."""

from dataclasses import dataclass

import duckdb

from pipelines.errors import CockpitError
from pipelines.explain.events import (
    LOGIN_COLUMNS,
    activities_from,
    activity_columns,
    logins_from,
)
from pipelines.explain.lakerows import rows_at
from pipelines.explain.model import Event
from pipelines.explain.results import KnownLake
from pipelines.ingest.contract import DECISIONS, EVENT_TYPES, ROSTER, SOURCES
from pipelines.ingest.lake import Manifest


@dataclass(frozen=True)
class LakeRecord:
    """Where a record ended: `status` is accepted, duplicate or quarantined, roster or decision for a good
    row of such a file.

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


def find_record(results: duckdb.DuckDBPyConnection, lake: KnownLake, path: str, number: int) -> LakeRecord:
    """The record of a drop file, its path relative to RAW. Raises CockpitError where there is none."""
    source, _, rest = path.partition("/")
    day = rest.partition("/")[0].removeprefix("dt=")
    manifest = lake.load(source) if source in SOURCES else Manifest()
    entry = manifest.days.get(day)
    file = next((f for f in entry.files if f.path == path), None) if entry else None
    if file is None:
        by = f" of those handed over by {lake.known_at}" if lake.known_at else ""
        raise CockpitError(f"{path}: no such drop file was taken in{by}")
    if file.fault:
        raise CockpitError(f"{path}: refused whole: {file.fault}")
    if not 1 <= number <= file.records:
        raise CockpitError(f"{path}: there is no record {number}, it has {file.records}")
    place = (source, path, number, file.sha256)

    def row_of(kind: str, columns: list[str]) -> tuple | None:
        files = lake.data_files(manifest, kind, {day})
        rows = rows_at(results, files, columns, "path = ? and record_number = ?", [path, number])
        return rows[0] if rows else None

    if refused := row_of("quarantine", ["reason", "detail", "raw_text"]):
        told = dict(zip(("reason", "detail", "raw_text"), refused, strict=True))
        if told["reason"] == "conflicting_duplicate":
            held = row_of("superseded", ["held_path", "held_record_number"])
            told |= dict(zip(("held_path", "held_number"), held, strict=True))
        return LakeRecord(*place, "quarantined", **told)
    if source == ROSTER:
        return LakeRecord(*place, "roster")
    if source == DECISIONS:
        return LakeRecord(*place, "decision")
    columns = list(LOGIN_COLUMNS) if source == "logins" else activity_columns(EVENT_TYPES)
    if again := row_of("superseded", [*columns, "held_path", "held_record_number"]):
        event = _event(source, columns, again[:-2])
        return LakeRecord(*place, "duplicate", event, held_path=again[-2], held_number=again[-1])
    if kept := row_of("accepted", [*columns, "scope_key"]):
        return LakeRecord(*place, "accepted", _event(source, columns, kept[:-1]), scope_key=kept[-1])
    raise CockpitError(f"{path}: the lake does not hold record {number}; run with --full-refresh")


def _event(source: str, columns: list[str], row: tuple) -> Event:
    return logins_from([row])[0] if source == "logins" else activities_from(columns, [row])[0]
