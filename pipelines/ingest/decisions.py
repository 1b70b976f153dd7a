"""Decisions: which events are void because they were proven false, and which are so no longer.

The decisions of a drop are good as a whole or refused as a whole. What an earlier good drop decided is part
of that: an id is used once, and a target goes void, restored, void, … in turn. So all drops are read in
order whenever one has changed, and the result is that of the drops alone, however they came.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from pipelines.ingest.contract import (
    DECISION_COLUMNS,
    DECISION_KINDS,
    DECISIONS,
    EVENT_SOURCES,
    REFUSED_DECISIONS,
    VOID,
)
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lake import DropDay, Lake, Manifest
from pipelines.ingest.takein import TakenIn, changed_days, taken_before
from pipelines.ingest.wholes import (
    Table,
    fault_lines,
    read_table,
    refuse_changing,
    refused_rows,
    taken_files,
    write_rows,
)
from pipelines.project import reader_sha256

_DAY = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})")
Target = tuple[str, str]
"""(source, event_id)."""


@dataclass
class Standing:
    """What the decisions up to some moment come to: the ids used, and who said what of each target last."""

    ids: set[str] = field(default_factory=set)
    last: dict[Target, tuple[str, str]] = field(default_factory=dict)

    def copy(self) -> "Standing":
        """A standing to try a drop on."""
        return Standing(set(self.ids), dict(self.last))

    def decide(self, target: Target, kind: str, decision_id: str) -> str:
        """Note a decision; what it contradicts, or nothing."""
        before, by = self.last.get(target, ("", ""))
        self.last[target] = (kind, decision_id)
        shown = ":".join(target)
        if kind == before:
            return f"{shown} was given {kind!r} by decision {by!r} already"
        return "" if before or kind == VOID else f"{shown} is not void, so there is nothing to restore"


def read_target(text: str) -> Target | None:
    """The event a target names, or None where it names none."""
    source, _, event_id = text.partition(":")
    source, event_id = source.strip(), event_id.strip()
    return (source, event_id) if source in EVENT_SOURCES and event_id else None


def read_day(text: str) -> date | None:
    """A day as 2022-03-10, or as a spreadsheet writes it (2022/3/10); None for anything else."""
    match = _DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in match.groups() if part)) if match else None
    except ValueError:
        return None


def _faults(row: dict[str, str], day: str, standing: Standing) -> list[str]:
    """Everything that is wrong with one decision, which is noted in `standing`."""
    found = [f"{c} is blank" for c in DECISION_COLUMNS if not row[c]]
    kind, target, decided_on = row["kind"], read_target(row["target"]), read_day(row["decided_on"])
    if kind and kind not in DECISION_KINDS:
        found.append(f"kind {kind!r} is not in its set")
    if row["target"] and target is None:
        found.append(f"target {row['target']!r} names no event, such as logins:<event_id>")
    if row["decided_on"] and decided_on is None:
        found.append(f"decided_on {row['decided_on']!r} is no day such as 2022-03-10")
    if decided_on and decided_on.isoformat() > day:
        found.append(f"decided_on {decided_on} is later than its drop day {day}")
    if row["decision_id"] in standing.ids:
        found.append(f"decision_id {row['decision_id']!r} is repeated")
    if row["decision_id"]:
        standing.ids.add(row["decision_id"])
    if kind in DECISION_KINDS and target:
        contradiction = standing.decide(target, kind, row["decision_id"])
        found += [contradiction] if contradiction else []
    return found


def _rows(tables: list[Table]) -> pa.Table:
    """The decisions of a good drop; `place` is their order in it."""
    said = [(t.path, number, row) for t in tables for number, row in t.readable_rows()]
    targets = [read_target(row["target"]) for _, _, row in said]
    texts = {c: [row[c] for _, _, row in said] for c in DECISION_COLUMNS if c not in ("target", "decided_on")}
    return pa.table(
        {
            "place": pa.array(range(1, len(said) + 1), pa.int64()),
            "path": pa.array([path for path, _, _ in said], pa.string()),
            "record_number": pa.array([number for _, number, _ in said], pa.int64()),
            "source": pa.array([source for source, _ in targets], pa.string()),
            "event_id": pa.array([event_id for _, event_id in targets], pa.string()),
            "decided_on": pa.array([read_day(row["decided_on"]) for _, _, row in said], pa.date32()),
        }
        | {c: pa.array(values, pa.string()) for c, values in texts.items()}
    )


def _take_day(
    lake: Lake, day: str, files: list[RawFile], generation: int, standing: Standing
) -> tuple[DropDay, Standing]:
    """(the drop day, the standing after it)."""
    tables = [read_table(file, DECISION_COLUMNS) for file in files]
    trial = standing.copy()
    for table in tables:
        for number, row in table.readable_rows():
            if found := _faults(row, day, trial):
                table.faults[number] = "; ".join(found)
    faults = fault_lines(tables)
    refuse_changing(files)
    rows = refused_rows(tables, REFUSED_DECISIONS) if faults else _rows(tables)
    kind = "quarantine" if faults else DECISIONS
    data = {kind: write_rows(lake, DECISIONS, day, kind, generation, rows)}
    return DropDay(taken_files(files, tables, bool(faults)), data, faults), standing if faults else trial


def take_in_decisions(lake: Lake, present: dict[str, list[RawFile]], say: Callable[[str], None]) -> TakenIn:
    """Bring the lake's decisions up to the files of `present` (by drop day, in path order) and commit.

    A drop with a malformed or contradicting decision is refused as a whole and its faults are kept.
    """
    manifest = taken_before(lake, DECISIONS)
    days = changed_days(manifest, present)
    if not days:
        return TakenIn(DECISIONS, days, manifest)
    say(f"taking in {DECISIONS} {days[0]}..{days[-1]} ({len(days)} drop days)")
    updated = Manifest(manifest.generation + 1, reader_sha256())
    standing = Standing()
    for day, files in sorted(present.items()):
        updated.days[day], standing = _take_day(lake, day, files, updated.generation, standing)
    lake.commit(DECISIONS, updated)
    return TakenIn(DECISIONS, days, updated)
