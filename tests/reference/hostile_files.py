"""Facts to files: the drop, the format, the encoding and the time's form are drawn, never the content."""

import gzip
import io
import json
import random
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from .hostile_city import Fact
from .hostile_dirt import Row, dirty_line, dirty_object, odd_line, to_object

LOCAL = timezone(timedelta(hours=8))  # all days written here are after the last summer time
ZONES = (LOCAL, UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45)))
CLEAN, ODD, DIRTY = "clean", "odd", "dirty"
Delivery = tuple[Fact, str]
NOTES = ("说明,含逗号", "两\n行", '他说"好"', "", '"', "\r\n,")
CSV_COLUMNS = ("event_id", "teacher_id", "occurred_at", "channel")


def written_time(rng: random.Random, at: datetime) -> str:
    """One of the many ways to write a local instant down."""
    if at.microsecond == 0 and rng.random() < 0.1:
        clock = f"{at.hour}:{at.minute:02}" + (f":{at.second:02}" if at.second or rng.random() < 0.5 else "")
        return f"{at.year}/{at.month}/{at.day} {clock}"
    if rng.random() < 0.4:
        text = at.isoformat(rng.choice("T "))
    else:
        text = at.replace(tzinfo=LOCAL).astimezone(rng.choice(ZONES)).isoformat(rng.choice("T "))
    clock, offset = (text[:-6], text[-6:]) if text[-6] in "+-" and ":" in text[-6:] else (text, "")
    if "." in clock:
        clock += rng.choice(("", "", "9", "000", "999999"))  # digits past the microsecond are cut
    elif rng.random() < 0.2:
        clock += ".0"
    elif at.second == 0 and rng.random() < 0.3:
        clock = clock.removesuffix(":00")
    if offset == "+00:00" and rng.random() < 0.7:
        offset = "Z"
    return clock + (offset.replace(":", "") if rng.random() < 0.3 else offset)


def jsonl_bytes(rng: random.Random, deliveries: list[Delivery], dt: date) -> bytes:
    """JSON lines, with blank ones in between and perhaps none at the end."""
    lines = []
    for fact, state in deliveries:
        row = to_object(fact, lambda at: written_time(rng, at))
        if state == DIRTY:
            lines.append(dirty_line(rng, row, dt))
        elif state == ODD:
            lines.append(odd_line(rng, row))
        else:
            lines.append(json.dumps(row, ensure_ascii=rng.random() < 0.5).encode())
        if rng.random() < 0.04:
            lines.append(rng.choice((b"", b"   ", b"\t", "\u3000".encode())))
    end = rng.choice((b"\n", b"\n", b"\r\n"))
    return end.join(lines) + rng.choice((end, b"", end + end))


def csv_bytes(rng: random.Random, deliveries: list[Delivery], dt: date) -> bytes:
    """A CSV in any column order and either encoding, with quoted cells that hold everything."""
    columns = rng.sample([*CSV_COLUMNS, "备注"], 5)
    if rng.random() < 0.04:
        columns.remove(rng.choice(CSV_COLUMNS))  # every record then lacks a field
    encoding = rng.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030"))
    end = rng.choice(("\n", "\r\n"))
    lines = [",".join(rng.choice((name, f'"{name}"')) for name in columns).encode(encoding)]
    plain = "utf-8" if encoding.startswith("utf") else encoding
    notes = NOTES
    if any(state == DIRTY for _, state in deliveries):  # an open quote would end at a quote before a line end
        notes = NOTES[:-1]
    for fact, state in deliveries:
        row = to_object(fact, lambda at: written_time(rng, at))
        row["备注"] = rng.choice(notes)
        if state == DIRTY:
            lines.append(dirty_csv_line(rng, row, columns, dt, plain))
        else:
            lines.append(",".join(csv_cell(rng, row[name], state) for name in columns).encode(plain))
        if rng.random() < 0.05:
            lines.append(rng.choice(("", "  ", "\u3000")).encode(plain))
    return end.encode().join(lines) + rng.choice((end.encode(), b""))


def csv_cell(rng: random.Random, value: Any, state: str = CLEAN) -> str:
    """One cell, quoted where it must be and sometimes where it need not."""
    text = "" if value is None else str(value)
    if state == ODD:
        text = f" {text} "
    needs_quotes = any(character in text for character in ',"\r\n')
    if needs_quotes or rng.random() < 0.15:
        return '"' + text.replace('"', '""') + '"'
    return text


def dirty_csv_line(rng: random.Random, row: Row, columns: list[str], dt: date, encoding: str) -> bytes:
    """A CSV line with a fault: too few or many fields, an open quote, bad bytes, or a bad value."""
    row["备注"] = "x"
    cells = [csv_cell(rng, row[name]) for name in columns]
    kind = rng.randrange(6)
    if kind == 0:
        return b"broken,row"
    if kind == 1:
        return ",".join([*cells, "more"]).encode(encoding)
    if kind == 2:  # a quote that is never closed, in any place of the line
        at = rng.randrange(len(cells))
        cells[at] = '"' + cells[at].strip('"')
        return ",".join(cells).encode(encoding)
    if kind == 3 and encoding == "gb18030":
        return ",".join(cells).encode(encoding) + b"\xff"
    row = dirty_object(rng, row, dt)
    return ",".join(csv_cell(rng, row.get(name)) for name in columns).encode(encoding)


def parquet_bytes(rng: random.Random, deliveries: list[Delivery], dt: date) -> bytes:
    """A Parquet of texts; timestamps sometimes as timestamps, naive or with a zone."""
    rows = []
    for fact, state in deliveries:
        row = to_object(fact, lambda at: written_time(rng, at))
        if state == DIRTY:
            row = dirty_object(rng, row, dt)
        if row.get("attributes") is not None:
            row["attributes"] = json.dumps(row["attributes"])
        if state == DIRTY and rng.random() < 0.1 and "attributes" in row:
            row["attributes"] = rng.choice(("{", "{'a': 1}", '{"n": NaN}', '{"n": "\\ud800"}'))
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(CSV_COLUMNS)
    columns: dict[str, pa.Array] = {
        name: pa.array([text_or_none(row.get(name)) for row in rows], pa.string())
        for name in rng.sample(names, len(names))
    }
    if all(state != DIRTY for _, state in deliveries) and rng.random() < 0.6:
        zone = rng.choice((None, "UTC", "Asia/Shanghai", "America/New_York"))
        times = [fact.at if zone is None else fact.at.replace(tzinfo=LOCAL) for fact, _ in deliveries]
        columns["occurred_at"] = pa.array(times, pa.timestamp(rng.choice(("us", "ns")), zone))
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, compression=rng.choice(("snappy", "zstd", "none")))
    return target.getvalue()


def text_or_none(value: Any) -> str | None:
    """A Parquet cell: a value that is no text cannot stand in a column of texts."""
    return value if isinstance(value, str) or value is None else json.dumps(value)


def file_bytes(
    rng: random.Random, source: str, deliveries: list[Delivery], dt: date, parquet: bool
) -> tuple[str, bytes]:
    """(suffix, content) of one file in a format of its source."""
    if parquet:
        return ".parquet", parquet_bytes(rng, deliveries, dt)
    if source == "logins" and rng.random() < 0.6:
        suffix, data = ".csv", csv_bytes(rng, deliveries, dt)
    else:
        suffix, data = ".jsonl", jsonl_bytes(rng, deliveries, dt)
    return packed(rng, suffix, data)


def packed(rng: random.Random, suffix: str, data: bytes) -> tuple[str, bytes]:
    """The file plain, as .gz or as .zst, sometimes in two members."""
    half = len(data) // 2 if rng.random() < 0.2 else len(data)
    parts = [data[:half], data[half:]] if half < len(data) else [data]
    kind = rng.choice(("", "", ".gz", ".zst"))
    if kind == ".gz":
        data = b"".join(gzip.compress(part, 1, mtime=0) for part in parts)
    elif kind == ".zst":
        data = b"".join(zstandard.ZstdCompressor(1).compress(part) for part in parts)
    return suffix + kind, data


def write(out: Path, path: str, data: bytes) -> None:
    """Write one file and its folders."""
    target = out / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
