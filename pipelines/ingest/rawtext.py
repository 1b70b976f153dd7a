"""The text of single records, read again from the drop file that holds them."""

import json

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.ingest.contract import Source
from pipelines.ingest.csvfile import read_csv
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lines import chunks, line_tables
from pipelines.ingest.tables import as_text, is_json_lines, is_text


def _plain(value: object) -> object:
    return as_text(value)[0] if isinstance(value, bytes) else str(value)


def _printable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column whose values Python can hold: any instant as text, and text as the bytes it is."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_temporal(column.type):
        return column.cast(pa.string())
    return column.cast(pa.large_binary()) if is_text(column.type) else column


def raw_texts(file: RawFile, numbers: set[int], source: Source) -> dict[int, str]:
    """record number to raw text, for the records wanted; a Parquet row stands as JSON.

    Raises UnreadableFileError. A number the file does not have is left out.
    """
    if file.path.endswith(".parquet"):
        table = pq.read_table(file.location).take([n - 1 for n in sorted(numbers)])
        columns = [_printable(column).to_pylist() for column in table.columns]
        return {
            n: json.dumps(dict(zip(table.column_names, row, strict=True)), ensure_ascii=False, default=_plain)
            for n, row in zip(sorted(numbers), zip(*columns, strict=True), strict=True)
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
