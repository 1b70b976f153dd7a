"""Drop files to Arrow tables of bounded size, whatever their format, ready for the SQL that checks them."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.errors import is_machine_fault
from pipelines.ingest.contract import Source
from pipelines.ingest.csvfile import read_csv
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lines import NOT_UTF8, UnreadableFileError, chunks, line_tables

_PARQUET_ROWS = 1 << 16
_TEXT_LIKE = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_large_binary,
)


def _numbered(file_no: int, first: int, count: int) -> dict[str, pa.Array]:
    return {
        "file_no": pa.array(np.full(count, file_no, dtype=np.int32)),
        "record_number": pa.array(np.arange(first, first + count, dtype=np.int64)),
    }


def _csv_tables(file: RawFile, file_no: int, source: Source) -> Iterator[pa.Table]:
    header, records = read_csv(b"".join(chunks(file)))
    wanted = [(c, header.index(c) if c in header else None) for c in source.columns]
    rows = list(records)
    columns = {
        c: pa.array(
            [None if at is None or r.fields is None else r.fields[at] for r in rows], pa.large_string()
        )
        for c, at in wanted
    }
    yield pa.table(
        _numbered(file_no, 1, len(rows))
        | {
            "raw_text": pa.array([r.text for r in rows], pa.large_string()),
            "fault": pa.array([r.fault for r in rows], pa.string()),
        }
        | columns
        | _times(len(rows))
        | {f"{c}_is_odd": pa.array(np.zeros(len(rows), dtype=bool)) for c in source.columns}
    )


def _decoded(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(text, mask of values that are not UTF-8, which stand as \\xNN): a cast would check nothing."""
    text = column.cast(pa.large_binary()).cast(pa.large_string(), safe=False)
    try:
        text.validate(full=True)
        return text, pa.array(np.zeros(len(text), dtype=bool))
    except pa.ArrowInvalid:
        found = [as_text(value) for value in column.cast(pa.large_binary()).to_pylist()]
        texts, is_bad = zip(*found, strict=True)
        return pa.array(texts, pa.large_string()), pa.array(is_bad, pa.bool_())


def as_text(value: bytes | None) -> tuple[str | None, bool]:
    """(text, whether its bytes are not UTF-8)."""
    if value is None:
        return None, False
    try:
        return value.decode(), False
    except UnicodeDecodeError:
        return value.decode("utf-8", "backslashreplace"), True


def is_text(column_type: pa.DataType) -> bool:
    """Whether a Parquet column holds text, annotated as such or not."""
    return any(is_type(column_type) for is_type in _TEXT_LIKE)


def _texts(column: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """(values as text, mask of values of a type the contract does not know, mask of undecodable ones)."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    nothing = pa.array(np.zeros(len(column), dtype=bool))
    if pa.types.is_null(column.type):
        return column.cast(pa.large_string()), nothing, nothing
    if is_text(column.type):
        text, is_bad = _decoded(column)
        return text, nothing, is_bad
    return pa.nulls(len(column), pa.large_string()), pc.is_valid(column), nothing


def _times(count: int, column: pa.Array | None = None) -> dict[str, pa.Array]:
    """Timestamps that came as such, to the microsecond: UTC where they have a zone, else local time."""
    if column is None:
        times, is_utc = pa.nulls(count, pa.timestamp("us")), False
    else:
        is_utc = column.type.tz is not None
        plain = pc.cast(column, pa.timestamp(column.type.unit)) if is_utc else column
        times = pc.cast(plain, pa.timestamp("us"), safe=False)
    return {"occurred_time": times, "is_utc": pa.array(np.full(count, is_utc))}


def _parquet_rows(batch: pa.RecordBatch, numbered: dict[str, pa.Array], source: Source) -> pa.Table:
    count = batch.num_rows
    columns = _times(count)
    is_bad = np.zeros(count, dtype=bool)
    for c in (*source.columns, *source.optional):
        values = batch.column(c) if c in batch.schema.names else pa.nulls(count)
        if c == "occurred_at" and pa.types.is_timestamp(values.type):
            columns |= _times(count, values)
            values = pa.nulls(count)
        columns[c], columns[f"{c}_is_odd"], undecoded = _texts(values)
        is_bad |= undecoded.to_numpy(zero_copy_only=False)
    faults = pc.if_else(pa.array(is_bad), NOT_UTF8, pa.scalar(None, pa.string()))
    return pa.table(numbered | {"raw_text": pa.nulls(count, pa.large_string()), "fault": faults} | columns)


def _parquet_tables(file: RawFile, file_no: int, source: Source) -> Iterator[pa.Table]:
    try:
        parquet = pq.ParquetFile(file.location)
        names = parquet.schema_arrow.names
        wanted = [c for c in (*source.columns, *source.optional) if c in names]
        if doubled := [c for c in wanted if names.count(c) > 1]:
            raise UnreadableFileError(f"holds the column {doubled[0]} more than once")
        number = 1
        for batch in parquet.iter_batches(_PARQUET_ROWS, columns=wanted):
            yield _parquet_rows(batch, _numbered(file_no, number, batch.num_rows), source)
            number += batch.num_rows
    except (OSError, pa.ArrowException) as error:
        raise UnreadableFileError(str(error).splitlines()[0], is_machine_fault(error)) from error


def is_json_lines(file: RawFile) -> bool:
    """Whether the records of this file are JSON texts, one a line."""
    return ".jsonl" in file.path


def read_tables(file: RawFile, file_no: int, source: Source) -> Iterator[pa.Table]:
    """The records of a file. JSON lines come as `line_tables` says, everything else as fields:

    file_no, record_number, raw_text, fault, and per column of the source its text and `<column>_is_odd`
    (true where the value is of a type the contract does not know), and timestamps that came as such, instead
    of their text: `occurred_time`, `is_utc`. Raises UnreadableFileError.
    """
    if is_json_lines(file):
        yield from line_tables(file, file_no)
    elif file.path.endswith(".parquet"):
        yield from _parquet_tables(file, file_no, source)
    else:
        yield from _csv_tables(file, file_no, source)
