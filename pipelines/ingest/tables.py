"""Drop files to Arrow tables of bounded size, whatever their format, ready for the SQL that checks them."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.ingest.contract import Source
from pipelines.ingest.csvfile import read_csv
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lines import UnreadableFileError, chunks, line_tables

_PARQUET_ROWS = 200_000
_TEXT_LIKE = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


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
        c: pa.array([None if at is None or r.fields is None else r.fields[at] for r in rows], pa.string())
        for c, at in wanted
    }
    yield pa.table(
        _numbered(file_no, 1, len(rows))
        | {
            "raw_text": pa.array([r.text for r in rows], pa.large_string()),
            "fault": pa.array([r.fault for r in rows], pa.string()),
        }
        | columns
        | {f"{c}_is_odd": pa.array(np.zeros(len(rows), dtype=bool)) for c in source.columns}
    )


def _texts(column: pa.ChunkedArray | pa.Array, is_timestamp_column: bool) -> tuple[pa.Array, pa.Array]:
    """(values as text, mask of values that are of another type than the contract's)."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    nothing = pa.array(np.zeros(len(column), dtype=bool))
    if any(is_type(column.type) for is_type in _TEXT_LIKE) or pa.types.is_null(column.type):
        return column.cast(pa.string()), nothing
    if is_timestamp_column and pa.types.is_timestamp(column.type):
        utc = "Z" if column.type.tz else ""
        plain = pc.cast(column, pa.timestamp(column.type.unit)) if utc else column
        micros = pc.cast(plain, pa.timestamp("us"), safe=False)
        text = pc.strftime(micros, format="%Y-%m-%dT%H:%M:%S")
        return pc.binary_join_element_wise(text, pa.scalar(utc), ""), nothing
    return pa.nulls(len(column), pa.string()), pc.is_valid(column)


def _parquet_tables(file: RawFile, file_no: int, source: Source) -> Iterator[pa.Table]:
    try:
        parquet = pq.ParquetFile(file.location)
        names = set(parquet.schema_arrow.names)
        wanted = [c for c in (*source.columns, *source.optional) if c in names]
        number = 1
        for batch in parquet.iter_batches(_PARQUET_ROWS, columns=wanted):
            count = batch.num_rows
            table = _numbered(file_no, number, count)
            table["raw_text"] = pa.nulls(count, pa.large_string())
            table["fault"] = pa.nulls(count, pa.string())
            for c in (*source.columns, *source.optional):
                values = batch.column(c) if c in names else pa.nulls(count)
                table[c], table[f"{c}_is_odd"] = _texts(values, c == "occurred_at")
            yield pa.table(table)
            number += count
    except (OSError, pa.ArrowException) as error:
        raise UnreadableFileError(str(error).splitlines()[0]) from error


def is_json_lines(file: RawFile) -> bool:
    """Whether the records of this file are JSON texts, one a line."""
    return ".jsonl" in file.path


def read_tables(file: RawFile, file_no: int, source: Source) -> Iterator[pa.Table]:
    """The records of a file. JSON lines come as `line_tables` says, everything else as fields:

    file_no, record_number, raw_text, fault, and per column of the source its text and `<column>_is_odd`
    (true where the value is of a type the contract does not know). Raises UnreadableFileError.
    """
    if is_json_lines(file):
        yield from line_tables(file, file_no)
    elif file.path.endswith(".parquet"):
        yield from _parquet_tables(file, file_no, source)
    else:
        yield from _csv_tables(file, file_no, source)
