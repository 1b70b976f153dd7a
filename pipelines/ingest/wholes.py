"""CSV tables of drops that are good as a whole or refused as a whole: rosters, decisions."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import CockpitError
from pipelines.files import replace_durably
from pipelines.ingest.csvfile import read_csv
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lake import Lake, TakenFile
from pipelines.ingest.lines import UnreadableFileError, chunks


@dataclass
class Table:
    """One file: its rows, their raw text, and what is wrong, by record number (0: the file itself)."""

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

    def readable_rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(record number, row) of the rows that could be read; none where the file itself is at fault."""
        if 0 not in self.faults:
            yield from ((n, row) for n, row in enumerate(self.rows, 1) if row is not None)


def read_table(file: RawFile, columns: tuple[str, ...]) -> Table:
    """A file's rows by `columns`, of which the first is the id; what cannot be read is noted."""
    table = Table(file.path, columns[0])
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


def fault_lines(tables: Collection[Table]) -> list[str]:
    """A line per bad row, with file, record number and every fault of it."""
    return [
        f"{table.path}{f' record {number}' if number else ''}: {fault}"
        for table in tables
        for number, fault in sorted(table.faults.items())
    ]


def refuse_changing(files: list[RawFile]) -> None:
    """Raise CockpitError where a file is no longer the one that was listed."""
    for file in files:
        if not file.fault and not file.is_unchanged():
            raise CockpitError(f"{file.path}: changed while it was read; nothing was taken over, run again")


def write_rows(lake: Lake, source: str, day: str, kind: str, generation: int, rows: pa.Table) -> str:
    """Write a data file of a drop day; its name within the lake."""
    name = f"{source}/dt={day}/g{generation:06d}.{kind}.parquet"
    final = lake.root / name
    final.parent.mkdir(parents=True, exist_ok=True)
    part = final.with_suffix(".part")
    pq.write_table(rows, part)
    replace_durably(part, final)
    return name


def refused_rows(tables: Collection[Table], reason: str) -> pa.Table:
    """All rows of a refused drop, as the quarantine has them."""
    rows = [
        (t.path, n, t.faults.get(n, "another row of the drop is bad"), text)
        for t in tables
        for n, text in enumerate(t.texts, 1)
    ]
    return pa.table(
        {
            "path": pa.array([r[0] for r in rows], pa.string()),
            "record_number": pa.array([r[1] for r in rows], pa.int64()),
            "reason": pa.array([reason] * len(rows), pa.string()),
            "detail": pa.array([r[2] for r in rows], pa.string()),
            "raw_text": pa.array([r[3] for r in rows], pa.string()),
        }
    )


def taken_files(files: list[RawFile], tables: Collection[Table], is_refused: bool) -> list[TakenFile]:
    """What became of the records of each file."""
    by_path = {table.path: table for table in tables}
    taken = []
    for file in files:
        table = by_path[file.path]
        count = len(table.texts)
        taken.append(
            TakenFile(
                path=file.path,
                sha256="" if table.is_to_read_again else file.sha256,
                stamp=file.stamp,
                is_settled=file.is_settled,
                fault=table.fault,
                records=count,
                accepted=0 if is_refused else count,
                quarantined=count if is_refused else 0,
            )
        )
    return taken
