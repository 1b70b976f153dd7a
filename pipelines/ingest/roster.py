"""Roster snapshots: all three files of a drop day, good as a whole or refused as a whole."""

from collections.abc import Callable

import pyarrow as pa

from pipelines.ingest.contract import (
    REFUSED_SNAPSHOT,
    ROSTER,
    ROSTER_FILES,
    ROSTER_MAY_BE_BLANK,
    ROSTER_PARENTS,
    ROSTER_VALUES,
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


def _check_rows(name: str, tables: dict[str, Table]) -> None:
    """Note each bad row of one file, with every fault it has."""
    table, columns = tables[name], ROSTER_FILES[name]
    seen: set[str] = set()
    for number, row in table.readable_rows():
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


def _snapshot(files: list[RawFile]) -> tuple[dict[str, Table], list[str]]:
    """(tables by file name, faults of the snapshot, a line each)."""
    by_name = {f.path.rsplit("/", 1)[1]: f for f in files}
    folder = files[0].path.rsplit("/", 1)[0]
    tables = {
        name: read_table(by_name[name], columns) for name, columns in ROSTER_FILES.items() if name in by_name
    }
    for name in tables:
        _check_rows(name, tables)
    faults = [f"{folder}/{name}: missing" for name in ROSTER_FILES if name not in tables]
    return tables, faults + fault_lines(tables.values())


def _take_day(lake: Lake, day: str, files: list[RawFile], generation: int) -> DropDay:
    tables, faults = _snapshot(files)
    refuse_changing(files)
    data: dict[str, str] = {}
    if faults:
        refused = refused_rows(tables.values(), REFUSED_SNAPSHOT)
        data["quarantine"] = write_rows(lake, ROSTER, day, "quarantine", generation, refused)
    else:
        for name, table in tables.items():
            columns = {c: pa.array([row[c] for row in table.rows], pa.string()) for c in ROSTER_FILES[name]}
            kind = name.removesuffix(".csv")
            data[kind] = write_rows(lake, ROSTER, day, kind, generation, pa.table(columns))
    return DropDay(taken_files(files, tables.values(), bool(faults)), data, faults)


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
