"""The text of single records, read again from the drop file that holds them."""

import json
from collections.abc import Iterator
from functools import cache

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.contract import Source
from pipelines.ingest.csvfile import read_csv
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lake import quoted
from pipelines.ingest.lines import chunks, line_tables
from pipelines.ingest.tables import as_text, is_json_lines, is_text

_ROWS_AT_ONCE = 8192
_FEW = 1_000
_PLAIN_TYPES = (pa.string(), pa.timestamp("us"))
_ROW_NUMBER = "file_row_number"


def _plain(value: object) -> object:
    return as_text(value)[0] if isinstance(value, bytes) else str(value)


def _printable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column whose values Python can hold: any instant as text, and text as the bytes it is."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_temporal(column.type):
        return column.cast(pa.string())
    return column.cast(pa.large_binary()) if is_text(column.type) else column


def _parquet_rows(where: str, numbers: set[int]) -> Iterator[tuple[int, dict[str, object]]]:
    """(record number, column to value) of the rows wanted.

    Row groups that hold none of them are not read, and of the others nothing behind the last one.
    """
    with pq.ParquetFile(where) as held:
        found = _picked(where, held.schema_arrow, numbers)
        if found is not None:
            yield from found
            return
        first, left = 1, sorted(numbers)
        for group in range(held.num_row_groups):
            after = first + held.metadata.row_group(group).num_rows
            wanted = [n for n in left if first <= n < after]
            if wanted:
                yield from _rows_of_group(held, group, first, wanted)
            first = after


def _picked(where: str, schema: pa.Schema, numbers: set[int]) -> list[tuple[int, dict[str, object]]] | None:
    """A few rows of a file of plain columns, which DuckDB skips to; None where they are many, or it might
    show another value than pyarrow does, or none.
    """
    is_plain = schema.names and all(t in _PLAIN_TYPES for t in schema.types)
    is_clear = _ROW_NUMBER not in map(str.lower, schema.names) and not any(c in where for c in "*?[")
    if not is_plain or not is_clear or len(numbers) > _FEW:
        return None
    listed = ", ".join(str(n - 1) for n in sorted(numbers))
    query = (
        f"select {_ROW_NUMBER} + 1, * exclude ({_ROW_NUMBER}) "
        f"from read_parquet('{quoted(where)}', file_row_number = true, hive_partitioning = false) "
        f"where {_ROW_NUMBER} in ({listed}) order by 1"
    )
    try:
        table = _reader().cursor().sql(query).to_arrow_table()
    except duckdb.Error:
        return None
    at, *columns = [_printable(column).to_pylist() for column in table.columns]
    rows = [dict(zip(schema.names, row, strict=True)) for row in zip(*columns, strict=True)]
    return list(zip(at, rows, strict=True))


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    """Opening one takes longer than finding a row."""
    return duckdb.connect()


def _rows_of_group(
    held: pq.ParquetFile, group: int, first: int, wanted: list[int]
) -> Iterator[tuple[int, dict[str, object]]]:
    for batch in held.iter_batches(_ROWS_AT_ONCE, row_groups=[group], use_threads=False):
        here = [n for n in wanted if first <= n < first + len(batch)]
        if here:
            table = pa.Table.from_batches([batch]).take([n - first for n in here])
            columns = [_printable(column).to_pylist() for column in table.columns]
            for n, row in zip(here, zip(*columns, strict=True), strict=True):
                yield n, dict(zip(table.column_names, row, strict=True))
        first += len(batch)
        if first > wanted[-1]:
            return


def raw_texts(file: RawFile, numbers: set[int], source: Source) -> dict[int, str]:
    """record number to raw text, for the records wanted; a Parquet row stands as JSON.

    Raises UnreadableFileError. A number the file does not have is left out.
    """
    if file.path.endswith(".parquet"):
        return {
            n: json.dumps(row, ensure_ascii=False, default=_plain)
            for n, row in _parquet_rows(file.location, numbers)
        }
    if not is_json_lines(file):
        _, records = read_csv(b"".join(chunks(file)))
        return {n: r.text for n, r in enumerate(records, 1) if n in numbers}
    found: dict[int, str] = {}
    left = sorted(numbers, reverse=True)
    for table in line_tables(file, 0):
        first, lines = table["record_number"][0].as_py() if len(table) else 0, table["line"]
        while left and left[-1] < first + len(lines):
            n = left.pop()
            found[n] = lines[n - first].as_py().rstrip("\r\n")
    return found
