"""A RAW folder to plain Python objects: accepted events, quarantine, files, rosters, and what was refused."""

import hashlib
import os
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from .decisions import Decisions
from .formats import Record, UnreadableFileError, read_records
from .roster import FILES, Roster, read_snapshot
from .validate import Event, RefusedError, activity_event, login_event

PATTERNS = {
    "logins": re.compile(r"[^.].*\.(csv|jsonl)(\.gz|\.zst)?|[^.].*\.parquet", re.DOTALL),
    "activities": re.compile(r"[^.].*\.jsonl(\.gz|\.zst)?|[^.].*\.parquet", re.DOTALL),
    "roster": re.compile("|".join(re.escape(name) for name in FILES)),
    "decisions": re.compile(r"[^.].*\.csv", re.DOTALL),
}
DT = re.compile(r"dt=(\d{4}-\d{2}-\d{2})", re.ASCII)


@dataclass
class Raw:
    """What a RAW folder holds."""

    files: list[dict[str, Any]] = field(default_factory=list)
    quarantine: list[dict[str, Any]] = field(default_factory=list)
    logins: list[Event] = field(default_factory=list)
    activities: list[Event] = field(default_factory=list)
    rosters: list[Roster] = field(default_factory=list)
    voided: list[dict[str, Any]] = field(default_factory=list)  # events that are void, each with its decision
    refused: dict[str, list[str]] = field(default_factory=dict)  # file, or roster folder: its faults
    ignored: list[str] = field(default_factory=list)  # files and folders that fit no pattern
    newest_dt: date | None = None


@dataclass(frozen=True)
class Drop:
    """One file that fits a pattern."""

    source: str
    dt: date
    path: str
    file: Path

    @property
    def order(self) -> tuple[date, bytes]:
        """Files are taken by dt, then by path compared as bytes."""
        return self.dt, os.fsencode(self.path)


def read(raw: Path) -> Raw:
    """Read all of RAW."""
    result = Raw()
    drops = sorted(find_drops(raw, result.ignored), key=lambda drop: drop.order)
    result.newest_dt = max((drop.dt for drop in drops), default=None)
    read_rosters([drop for drop in drops if drop.source == "roster"], result)
    void = read_decisions([drop for drop in drops if drop.source == "decisions"], result)
    for source in ("logins", "activities"):  # separate id spaces
        first: dict[str, Event] = {}
        for drop in drops:
            if drop.source == source:
                read_file(drop, first, result)
        events = sorted(first.values(), key=lambda event: event.order)
        setattr(result, source, [event for event in events if (source, event.event_id) not in void])
        result.voided += [
            {"source": source, "event_id": event.event_id, "day": event.day, "decision_id": by}
            for event in events
            if (by := void.get((source, event.event_id)))
        ]
    return result


def find_drops(raw: Path, ignored: list[str]) -> list[Drop]:
    """Every file that fits a pattern of the contract; whatever fits none goes to `ignored`."""
    drops = []
    for top in sorted(raw.iterdir()):
        if top.name not in PATTERNS or not top.is_dir():
            ignored.append(top.name)
            continue
        for folder in sorted(top.iterdir()):
            dt = drop_day(folder)
            if dt is None:
                ignored.append(f"{top.name}/{folder.name}")
                continue
            for file in sorted(folder.iterdir()):
                path = f"{top.name}/{folder.name}/{file.name}"
                if file.is_file() and PATTERNS[top.name].fullmatch(file.name):
                    drops.append(Drop(top.name, dt, path, file))
                else:
                    ignored.append(path)
    return drops


def drop_day(folder: Path) -> date | None:
    """The day of a folder `dt=YYYY-MM-DD`; None if it is none."""
    match = DT.fullmatch(folder.name)
    if match is None or not folder.is_dir():
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None


def file_row(drop: Drop, records: int, accepted: int, duplicates: int) -> dict[str, Any]:
    """A row of ops.files; the sha256 is that of the file as it lies, still compressed."""
    return {
        "source": drop.source,
        "dt": drop.dt,
        "path": drop.path,
        "sha256": hashlib.sha256(drop.file.read_bytes()).hexdigest(),
        "records": records,
        "accepted": accepted,
        "duplicates": duplicates,
        "quarantined": records - accepted - duplicates,
    }


def read_rosters(drops: list[Drop], result: Raw) -> None:
    """Read every snapshot; a refused one counts no record of its files, so that the sums still hold."""
    for dt in sorted({drop.dt for drop in drops}):
        files = [drop for drop in drops if drop.dt == dt]
        roster, faults, counts = read_snapshot(files[0].file.parent, dt)
        if roster is None:
            result.refused[f"roster/dt={dt}"] = faults
        else:
            result.rosters.append(roster)
        for drop in files:
            records = counts[drop.file.name] if roster else 0
            result.files.append(file_row(drop, records, records, 0))


def read_decisions(drops: list[Drop], result: Raw) -> dict[tuple[str, str], str]:
    """(source, event id) of what is void, with the decision; rows of a refused drop go to the quarantine."""
    decisions = Decisions()
    for dt in sorted({drop.dt for drop in drops}):
        files = [drop for drop in drops if drop.dt == dt]
        is_good, held = decisions.take(dt, [drop.file.read_bytes() for drop in files])
        for drop, records in zip(files, held, strict=True):
            result.files.append(file_row(drop, len(records), len(records) if is_good else 0, 0))
            if not is_good:
                result.quarantine += [quarantined(drop, r, "refused_decisions", "") for r in records]
        if not is_good:
            result.refused[f"decisions/dt={dt}"] = ["a decision is malformed or contradicts another"]
    return decisions.void


def quarantined(drop: Drop, record: Record, reason: str, detail: str) -> dict[str, Any]:
    """A row of ops.quarantine."""
    return {
        "source": drop.source,
        "dt": drop.dt,
        "path": drop.path,
        "record_number": record.number,
        "reason": reason,
        "detail": detail,
        "raw_text": record.raw_text,
    }


def read_file(drop: Drop, first: dict[str, Event], result: Raw) -> None:
    """Send every record of one file to exactly one of accepted, duplicate, quarantined."""
    try:
        records = read_records(drop.file)
    except UnreadableFileError as error:
        result.refused[drop.path] = [str(error)]
        return
    make_event = login_event if drop.source == "logins" else activity_event
    accepted = duplicates = 0
    for record in records:
        try:
            if record.values is None:
                raise RefusedError("malformed", record.detail)
            event = make_event(record.values, drop.dt)
            known = first.setdefault(event.event_id, event)
            if known is event:
                accepted += 1
            elif known == event:
                duplicates += 1
            else:
                raise RefusedError("conflicting_duplicate", f"event_id {event.event_id!r} has other content")
        except RefusedError as refusal:
            result.quarantine.append(quarantined(drop, record, refusal.reason, refusal.detail))
    result.files.append(file_row(drop, len(records), accepted, duplicates))
