"""Bytes to records: CSV, JSON lines and Parquet, plain or compressed; one `Record` per numbered record."""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

UTF8_BOM = b"\xef\xbb\xbf"
EPOCH = datetime(1970, 1, 1)
QUOTED = re.compile(rb'"([^"]*(?:""[^"]*)*)"(?=,|\r?\n|\r?\Z)')
UNQUOTED = re.compile(rb'[^",\n]*')


class UnreadableFileError(Exception):
    """The file cannot be read whole, so it is refused whole."""


@dataclass(frozen=True)
class Record:
    """One numbered record; `values` is None when it is malformed, and `detail` then says why."""

    number: int
    raw_text: str
    values: dict[str, Any] | None
    detail: str = ""


def read_records(path: Path) -> list[Record]:
    """Every record of one file, in order. Raises UnreadableFileError when it cannot be read whole."""
    data, name = path.read_bytes(), path.name
    if name.endswith(".gz"):
        data, name = gunzip(data), name.removesuffix(".gz")
    elif name.endswith(".zst"):
        data, name = unzstd(data), name.removesuffix(".zst")
    if name.endswith(".csv"):
        return list(csv_records(data)[1])
    if name.endswith(".jsonl"):
        return list(jsonl_records(data))
    return list(parquet_records(data))


def gunzip(data: bytes) -> bytes:
    """The content of a .gz, several members allowed; an empty file is no .gz at all."""
    try:
        if not data:
            raise EOFError("the file is empty")
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError(f"cut or corrupt .gz: {error}") from error


def unzstd(data: bytes) -> bytes:
    """The content of a .zst, several frames allowed; each must reach its own end."""
    parts = []
    try:
        if not data:
            raise zstandard.ZstdError("the file is empty")
        while data:
            frame = zstandard.ZstdDecompressor().decompressobj()
            parts.append(frame.decompress(data))
            if not frame.eof:
                raise zstandard.ZstdError("the file ends inside a frame")
            data = frame.unused_data
    except zstandard.ZstdError as error:
        raise UnreadableFileError(f"cut or corrupt .zst: {error}") from error
    return b"".join(parts)


# --- CSV ---------------------------------------------------------------------------------------------


def csv_records(data: bytes) -> tuple[list[str], list[Record]]:
    """The header's column names and the records after it.

    Splitting is done on bytes: in UTF-8 and in GB18030 no part of a longer character is a quote, a comma
    or a line end, so one undecodable record cannot spoil its neighbours.
    """
    encoding = csv_encoding(data)
    rows = list(csv_rows(data.removeprefix(UTF8_BOM) if encoding == "utf-8" else data, encoding))
    if not rows:
        return [], []
    header = decoded(rows[0][1], encoding)
    records = [
        csv_record(number, raw, cells, header, encoding) for number, (raw, cells) in enumerate(rows[1:], 1)
    ]
    return header or [], records


def csv_encoding(data: bytes) -> str:
    """UTF-8 if all of the file decodes as such, else GB18030."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def csv_record(
    number: int, raw: bytes, cells: list[bytes] | None, header: list[str] | None, encoding: str
) -> Record:
    """One CSV record as a mapping of column name to trimmed text."""
    raw_text = raw.decode(encoding, "backslashreplace")
    if cells is None:
        return Record(number, raw_text, None, "quoting is broken")
    texts = decoded(cells, encoding)
    if texts is None:
        return Record(number, raw_text, None, "bytes that do not decode")
    if header is None:  # an unreadable header has none of the required columns
        return Record(number, raw_text, {})
    if len(texts) != len(header):
        return Record(number, raw_text, None, f"{len(texts)} fields instead of {len(header)}")
    return Record(number, raw_text, dict(zip(header, texts, strict=True)))


def decoded(cells: list[bytes] | None, encoding: str) -> list[str] | None:
    """Trimmed texts of the cells; None when they cannot be had."""
    try:
        return None if cells is None else [cell.decode(encoding).strip() for cell in cells]
    except UnicodeDecodeError:
        return None


def csv_rows(data: bytes, encoding: str) -> Iterator[tuple[bytes, list[bytes] | None]]:
    """(raw bytes, cells) of every row that is not blank; cells is None where quoting is broken.

    A row that cannot be read as RFC 4180 (a quote never closed, or text next to a quote) costs only the
    physical line it starts on: reading goes on with the next line.
    """
    start = 0
    while start < len(data):
        line_end = data.find(b"\n", start)
        line_end = len(data) if line_end < 0 else line_end
        if not data[start:line_end].decode(encoding, "backslashreplace").strip():
            start = line_end + 1
            continue
        cells, end = rfc4180_row(data, start)
        if cells is None:
            end = line_end
        yield data[start:end].removesuffix(b"\r"), cells
        start = end + 1


def rfc4180_row(data: bytes, start: int) -> tuple[list[bytes] | None, int]:
    """The cells of the row at `start` and the position of its line end; (None, start) if it is not one."""
    cells = []
    at = start
    while True:
        if data[at : at + 1] == b'"':
            match = QUOTED.match(data, at)
            if match is None:
                return None, start
            cells.append(match[1].replace(b'""', b'"'))
            at = match.end() + (data[match.end() : match.end() + 1] == b"\r")
        else:
            match = UNQUOTED.match(data, at)
            cells.append(match[0])
            at = match.end()
        if at >= len(data) or data[at : at + 1] == b"\n":
            return cells, at
        if data[at : at + 1] != b",":
            return None, start  # a quote inside a field that did not start with one
        at += 1


# --- JSON --------------------------------------------------------------------------------------------


def jsonl_records(data: bytes) -> Iterator[Record]:
    """One record per line that is not blank; lines end with LF or CR LF only."""
    number = 0
    for line in data.removeprefix(UTF8_BOM).split(b"\n"):
        raw = line.removesuffix(b"\r")
        raw_text = raw.decode("utf-8", "backslashreplace")
        if not raw_text.strip():
            continue
        number += 1
        try:
            values = strict_json(raw.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            yield Record(number, raw_text, None, str(error))
            continue
        if isinstance(values, dict):
            yield Record(number, raw_text, values)
        else:
            yield Record(number, raw_text, None, "not a JSON object")


def strict_json(text: str) -> Any:
    """JSON without NaN, Infinity or lone surrogates; the last of two equal keys counts."""
    value = json.loads(
        text,
        parse_constant=refuse_constant,
        parse_int=lambda digits: int(Decimal(digits)),  # int(str) alone refuses more than 4300 digits
        object_pairs_hook=checked_object,
    )
    refuse_surrogates(value)
    return value


def refuse_constant(name: str) -> None:
    """NaN, Infinity and -Infinity are no JSON."""
    raise ValueError(f"{name} is no JSON")


def checked_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, whose overwritten values are looked at too: a lone surrogate there is as bad."""
    for key, value in pairs:
        refuse_surrogates(key)
        refuse_surrogates(value)
    return dict(pairs)


def refuse_surrogates(value: Any) -> None:
    """Refuse a half surrogate pair in a text (objects have been checked when they were built)."""
    if isinstance(value, list):
        for item in value:
            refuse_surrogates(item)
    elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("a lone surrogate")


# --- Parquet -----------------------------------------------------------------------------------------


class Undecodable:
    """A Parquet text cell that is not UTF-8."""


class OutOfRange:
    """A Parquet timestamp that no calendar here can hold."""


def parquet_records(data: bytes) -> Iterator[Record]:
    """One record per row; `attributes` is JSON text and read here, so bad JSON makes the row malformed."""
    try:
        table = pq.read_table(io.BytesIO(data))
        columns = {name: column_values(table.column(i)) for i, name in enumerate(table.column_names)}
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFileError(f"broken Parquet: {error}") from error
    for index in range(table.num_rows):
        row = {name: values[index] for name, values in columns.items()}
        raw_text = json.dumps(row, ensure_ascii=False, default=str)
        if any(isinstance(value, Undecodable) for value in row.values()):
            yield Record(index + 1, raw_text, None, "bytes that do not decode")
            continue
        try:
            yield Record(index + 1, raw_text, {name.strip(): v for name, v in with_attributes(row).items()})
        except (ValueError, RecursionError) as error:
            yield Record(index + 1, raw_text, None, f"attributes: {error}")


def with_attributes(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its attributes read from JSON text; a blank text is absent like a null."""
    text = row.get("attributes")
    if not isinstance(text, str):
        return row
    return row | {"attributes": strict_json(text) if text.strip() else None}


def column_values(column: pa.ChunkedArray) -> list[Any]:
    """Python values of one column, bad cells marked rather than raised."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_timestamp(kind):
        micros = column.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64()).to_pylist()
        return [None if value is None else timestamp_value(value, kind.tz) for value in micros]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        column = column.cast(pa.large_binary())
    return [text_value(value) if isinstance(value, bytes) else value for value in column.to_pylist()]


def timestamp_value(micros: int, zone: str | None) -> datetime | OutOfRange:
    """A Parquet timestamp; with a zone it is an instant, without one it is local time."""
    try:
        at = EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return OutOfRange()
    return at.replace(tzinfo=UTC) if zone else at


def text_value(value: bytes) -> str | Undecodable:
    """The text of a cell."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return Undecodable()
