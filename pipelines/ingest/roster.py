"""Roster snapshots: all three files of a drop day, good as a whole or refused as a whole."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import CockpitError
from pipelines.files import replace_durably
from pipelines.ingest.contract import (
    REFUSED_SNAPSHOT,
    ROSTER,
    ROSTER_FILES,
    ROSTER_MAY_BE_BLANK,
    ROSTER_PARENTS,
    ROSTER_VALUES,
)
from pipelines.ingest.csvfile import read_csv
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lake import DropDay, Lake, Manifest, TakenFile
from pipelines.ingest.lines import UnreadableFileError, chunks
from pipelines.ingest.takein import TakenIn, changed_days, taken_before
from pipelines.project import reader_sha256


@dataclass
class _Table:
    """One roster file: its rows, their raw text, and what is wrong, by record number (0: the file itself)."""

    path: str
    key: str
    rows: list[dict[str, str] | None] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    fault: str = ""
    is_to_read_again: bool = False

    @cached_property
    def ids(self) -> set[str]:
        """Ids of the rows that could be read."""
        return {row[self.key] for row in self.rows if row}


def _read(file: RawFile, columns: tuple[str, ...]) -> _Table:
    table = _Table(file.path, columns[0])
    if file.fault:
        table.fault = table.faults[0] = file.fault
        return table
    try:
        header, records = read_csv(b"".join(chunks(file)))
    except UnreadableFileError as error:
        table.fault = table.faults[0] = f"cannot be read whole: {error}"
        table.is_to_read_again = error.is_passing
        return table
    if absent := [c for c in columns if c not in header]:
        table.faults[0] = f"the header lacks {', '.join(absent)}"
    for number, record in enumerate(records, 1):
        table.texts.append(record.text)
        if record.fields is None:
            table.faults[number] = record.fault or "malformed"
            table.rows.append(None)
        else:
            row = dict(zip(reversed(header), reversed(record.fields), strict=True))
            table.rows.append({c: row.get(c, "") for c in columns})
    return table


def _check_rows(name: str, tables: dict[str, _Table]) -> None:
    """Note each bad row of one file, with every fault it has."""
    table, columns = tables[name], ROSTER_FILES[name]
    seen: set[str] = set()
    for number, row in enumerate(table.rows, 1):
        if row is None or 0 in table.faults:
            continue
        found = [f"{c} is blank" for c in columns if not row[c] and (name, c) not in ROSTER_MAY_BE_BLANK]
        for c in columns:
            if row[c] and row[c] not in ROSTER_VALUES.get((name, c), (row[c],)):
                found.append(f"{c} {row[c]!r} is not in its set")
            parent = ROSTER_PARENTS.get((name, c))
            if parent and row[c] and parent in tables and row[c] not in tables[parent].ids:
                found.append(f"{c} {row[c]!r} is not in {parent}")
        if row[table.key] in seen:
            found.append(f"{table.key} {row[table.key]!r} is repeated")
        seen.add(row[table.key])
        if found:
            table.faults[number] = "; ".join(found)


def _snapshot(files: list[RawFile]) -> tuple[dict[str, _Table], list[str]]:
    """(tables by file name, faults of the snapshot, a line each)."""
    by_name = {f.path.rsplit("/", 1)[1]: f for f in files}
    folder = files[0].path.rsplit("/", 1)[0]
    tables = {
        name: _read(by_name[name], columns) for name, columns in ROSTER_FILES.items() if name in by_name
    }
    for name in tables:
        _check_rows(name, tables)
    faults = [f"{folder}/{name}: missing" for name in ROSTER_FILES if name not in tables]
    for table in tables.values():
        for number, fault in sorted(table.faults.items()):
            faults.append(f"{table.path}{f' record {number}' if number else ''}: {fault}")
    return tables, faults


def _write(lake: Lake, day: str, kind: str, generation: int, table: pa.Table) -> str:
    name = f"{ROSTER}/dt={day}/g{generation:06d}.{kind}.parquet"
    final = lake.root / name
    final.parent.mkdir(parents=True, exist_ok=True)
    part = final.with_suffix(".part")
    pq.write_table(table, part)
    replace_durably(part, final)
    return name


def _refused_rows(tables: dict[str, _Table]) -> pa.Table:
    rows = [
        (t.path, n, t.faults.get(n, "another row of the snapshot is bad"), text)
        for t in tables.values()
        for n, text in enumerate(t.texts, 1)
    ]
    return pa.table(
        {
            "path": pa.array([r[0] for r in rows], pa.string()),
            "record_number": pa.array([r[1] for r in rows], pa.int64()),
            "reason": pa.array([REFUSED_SNAPSHOT] * len(rows), pa.string()),
            "detail": pa.array([r[2] for r in rows], pa.string()),
            "raw_text": pa.array([r[3] for r in rows], pa.string()),
        }
    )


def _take_day(lake: Lake, day: str, files: list[RawFile], generation: int) -> DropDay:
    tables, faults = _snapshot(files)
    for file in files:
        if not file.fault and not file.is_unchanged():
            raise CockpitError(f"{file.path}: changed while it was read; nothing was taken over, run again")
    data: dict[str, str] = {}
    if faults:
        data["quarantine"] = _write(lake, day, "quarantine", generation, _refused_rows(tables))
    else:
        for name, table in tables.items():
            columns = {c: pa.array([row[c] for row in table.rows], pa.string()) for c in ROSTER_FILES[name]}
            kind = name.removesuffix(".csv")
            data[kind] = _write(lake, day, kind, generation, pa.table(columns))
    taken = []
    for file in files:
        table = tables[file.path.rsplit("/", 1)[1]]
        count = len(table.texts)
        taken.append(
            TakenFile(
                path=file.path,
                sha256="" if table.is_to_read_again else file.sha256,
                stamp=file.stamp,
                is_settled=file.is_settled,
                fault=table.fault,
                records=count,
                accepted=0 if faults else count,
                quarantined=count if faults else 0,
            )
        )
    return DropDay(taken, data, faults)


def take_in_rosters(lake: Lake, present: dict[str, list[RawFile]], say: Callable[[str], None]) -> TakenIn:
    """Bring the lake's roster snapshots up to the files of `present` (by drop day) and commit.

    A bad snapshot is refused as a whole and its faults are kept; the last good one stays in force.
    """
    manifest = taken_before(lake, ROSTER)
    days = changed_days(manifest, present)
    if not days:
        return TakenIn(ROSTER, days, manifest)
    say(f"taking in {ROSTER} {days[0]}..{days[-1]} ({len(days)} drop days)")
    generation = manifest.generation + 1
    kept = {d: entry for d, entry in manifest.days.items() if d not in days}
    fresh = {d: _take_day(lake, d, present[d], generation) for d in days if d in present}
    updated = Manifest(generation, reader_sha256(), kept | fresh)
    lake.commit(ROSTER, updated)
    return TakenIn(ROSTER, days, updated)
