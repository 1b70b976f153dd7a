"""Drops to files: CSV, JSON lines (plain, .gz, .zst) and Parquet, each written aside and then renamed."""

import os
import zlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import zstandard

from . import dirt, render
from .events import Events
from .text import SPACED, STYLES, TimeStyle, spreadsheet_timestamps, timestamps

TEXT_ROWS = 150_000  # records in a text file; a day has more files, not longer ones
PARQUET_ROWS = 1_000_000
SPLIT_FROM = 2_000  # a text day of so many records has two files, in two formats
IN_FLIGHT = 2  # files being compressed and written while the next is made: bounds memory
CODED = ["event_type", "actor_role", "object_id", "attributes", "channel"]
TERMINALS = ("电脑端", "手机端", "班班通")


def gzipped(data: bytes) -> bytes:
    """One gzip member, with neither name nor time, so that the same data give the same bytes."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzipped,
    ".zst": lambda data: zstandard.ZstdCompressor(level=1).compress(data),
}


@dataclass
class Writer:
    """Writes files under `out` and counts them; a context manager, which waits for the files on leaving."""

    out: Path
    files: int = 0
    bytes: int = 0
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))
    _waiting: list[Future[int]] = field(default_factory=list)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=error[0] is not None)
        if error[0] is None:
            self._settle(0)

    def put(self, path: str, write: Callable[[Path], object]) -> None:
        """Have `write(temporary path)` make the file, then name it. Raises the errors of earlier files."""
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._settle(IN_FLIGHT - 1)
        self._waiting.append(self._pool.submit(finished, target, write))

    def put_bytes(self, path: str, data: bytes, pack: str = "") -> None:
        """Write `data`, packed, under path + pack."""
        self.put(path + pack, lambda temporary: temporary.write_bytes(PACKERS[pack](data)))

    def put_table(self, path: str, table: pa.Table) -> None:
        """Write a Parquet file whose columns read as plain text."""
        coded = [name for name in CODED if name in table.column_names]

        def write(temporary: Path) -> None:
            pq.write_table(
                table,
                temporary,
                compression="zstd",
                compression_level=1,
                use_dictionary=coded,
                store_schema=False,
                row_group_size=250_000,
            )

        self.put(path, write)

    def _settle(self, most: int) -> None:
        """Wait until at most `most` files are on their way."""
        while len(self._waiting) > most:
            self.bytes += self._waiting.pop(0).result()
            self.files += 1


def finished(target: Path, write: Callable[[Path], object]) -> int:
    """Make `target` by way of a hidden temporary file; returns its size in bytes."""
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        write(temporary)
        size = temporary.stat().st_size
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return size


def parts(events: Events, rows: int, split_from: int) -> list[Events]:
    """The events in as many parts as files are wanted; none for no events."""
    count = -(-len(events) // rows)
    if count == 1 and len(events) >= split_from:
        count = 2
    bounds = np.linspace(0, len(events), count + 1).astype(int) if count else np.zeros(1, dtype=int)
    return [events.take(slice(low, high)) for low, high in pairwise(bounds)]


def content(lines: pa.Array) -> bytes:
    """The bytes of all lines, one after the other."""
    ends = np.frombuffer(lines.buffers()[1], dtype=np.int32)[lines.offset : lines.offset + len(lines) + 1]
    return lines.buffers()[2].slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes() if len(lines) else b""


def woven(
    events: Events, clean: Callable[[Events], pa.Array], dirty: Callable[[Events], pa.Array]
) -> pa.Array:
    """The lines of all events in their order, the clean ones made one way, the dirty ones another."""
    spoilt = events.dirt > 0
    if not spoilt.any():
        return clean(events)
    order = np.concatenate([np.flatnonzero(~spoilt), np.flatnonzero(spoilt)])
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    made = [clean(events.take(~spoilt)).cast(pa.binary()), dirty(events.take(spoilt)).cast(pa.binary())]
    return pa.concat_arrays(made).take(pa.array(back))


def write_jsonl(writer: Writer, source: str, when: date, events: Events, mixed: bool) -> None:
    """The day's JSON lines; mixed: several styles of timestamps, .gz and .zst among the files."""
    login = source == "logins"
    lines_of = render.login_json_lines if login else render.activity_lines
    literals_of = dirt.login_literals if login else dirt.activity_literals
    for number, part in enumerate(parts(events, TEXT_ROWS, SPLIT_FROM if mixed else TEXT_ROWS + 1)):
        turn = when.toordinal() + number * 2
        style = STYLES[turn % len(STYLES)] if mixed else SPACED
        lines = woven(
            part,
            lambda some, style=style: lines_of(some, style),
            lambda some, style=style: dirt.json_lines(literals_of(some, style), some.dirt, some.id),
        )
        pack = ("", ".zst", ".gz")[(turn + number) % 3] if mixed else ""
        name = f"{source}/dt={when}/{'logins' if login else 'events'}-{number:03}.jsonl"
        writer.put_bytes(name, content(lines), pack)


@dataclass(frozen=True)
class CsvLayout:
    """How one CSV file is written."""

    columns: tuple[str, ...]
    style: TimeStyle
    spreadsheet: bool
    encoding: str
    newline: str

    def line(self, cells: list[pa.Array]) -> pa.Array:
        """The cells as lines with their ends; no cell needs quoting."""
        return render.join(pc.binary_join_element_wise(*cells, ","), self.newline)


def csv_lines(logins: Events, layout: CsvLayout) -> pa.Array:
    """Lines of clean logins."""
    at = logins.at
    cells = {
        "event_id": render.event_ids("l", logins.id),
        "teacher_id": render.id_texts(logins.actor),
        "occurred_at": spreadsheet_timestamps(at) if layout.spreadsheet else timestamps(at, layout.style),
        "channel": render.channels(logins).plain(),
        "terminal": pa.array(TERMINALS).take(pa.array(logins.detail)),
    }
    return layout.line([cells[name] for name in layout.columns])


def dirty_csv_lines(logins: Events, layout: CsvLayout) -> pa.Array:
    """Lines of dirty logins; the malformed ones have a cell too many, one too few, or an open quote."""
    literals = dirt.login_literals(logins, layout.style)
    cells = {name: pc.fill_null(dirt.plain_texts(column), "") for name, column in literals.items()}
    cells["terminal"] = pa.array(TERMINALS).take(pa.array(logins.detail))
    body = [cells[name] for name in layout.columns]
    broken = np.where(logins.dirt == dirt.MALFORMED, logins.id % 3, -1)
    lines = layout.line(body)
    for number, spoilt in enumerate(
        (layout.line([*body, body[0]]), layout.line(body[:-1]), render.join('"', lines))
    ):
        lines = pc.if_else(pa.array(broken == number), spoilt, lines)
    return lines


def csv_layout(turn: int) -> CsvLayout:
    """The layouts take turns: order of columns, an extra Chinese column, line ends, encoding, timestamps."""
    columns = render.LOGIN_COLUMNS if turn % 3 else ("channel", "occurred_at", "teacher_id", "event_id")
    encoding = ("utf-8", "utf-8-sig", "gb18030")[turn % 5 % 3]
    if encoding == "gb18030" or turn % 2:
        columns = (*columns, "terminal")
    newline = "\r\n" if turn % 7 == 0 else "\n"
    return CsvLayout(columns, STYLES[turn % len(STYLES)], turn % 4 == 1, encoding, newline)


def write_csv(writer: Writer, when: date, logins: Events) -> None:
    """The day's logins as CSV, one file in three as .gz."""
    for number, part in enumerate(parts(logins, TEXT_ROWS, SPLIT_FROM)):
        layout = csv_layout(when.toordinal() + number)
        lines = woven(
            part,
            lambda some, layout=layout: csv_lines(some, layout),
            lambda some, layout=layout: dirty_csv_lines(some, layout),
        )
        head = ",".join(layout.columns) + layout.newline
        data = head.encode() + content(lines)
        if layout.encoding != "utf-8":
            data = data.decode("utf-8").encode(layout.encoding)
        pack = ".gz" if (when.toordinal() + number) % 3 == 1 else ""
        writer.put_bytes(f"logins/dt={when}/logins-{number:03}.csv", data, pack)


def write_parquet(writer: Writer, source: str, when: date, events: Events) -> None:
    """The day as Parquet; dirty records stand in a file of their own, where all columns are text."""
    login = source == "logins"
    stem = f"{source}/dt={when}/{'logins' if login else 'events'}"
    clean = parts(events.take(events.dirt == 0), PARQUET_ROWS, PARQUET_ROWS + 1)
    for number, part in enumerate(clean):
        table = render.login_table(part) if login else render.activity_table(part)
        writer.put_table(f"{stem}-{number:03}.parquet", table)
    spoilt = events.take(events.dirt > 0)
    if not len(spoilt):
        return
    literals = (dirt.login_literals if login else dirt.activity_literals)(spoilt, SPACED)
    columns = {
        name: values if name == "attributes" else dirt.plain_texts(values)
        for name, values in literals.items()
    }
    if not login:
        columns["attributes"] = dirt.broken_json(columns["attributes"], spoilt.dirt == dirt.MALFORMED)
    writer.put_table(f"{stem}-{len(clean):03}.parquet", pa.table(columns))
