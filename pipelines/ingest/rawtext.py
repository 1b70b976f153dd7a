"""The text of single records, read again from the drop file that holds them."""

import json
from datetime import date, datetime

import pyarrow.parquet as pq

from pipelines.ingest.contract import Source
from pipelines.ingest.csvfile import read_csv
from pipelines.ingest.inventory import RawFile
from pipelines.ingest.lines import chunks, line_tables
from pipelines.ingest.tables import is_json_lines


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def raw_texts(file: RawFile, numbers: set[int], source: Source) -> dict[int, str]:
    """record number to raw text, for the records wanted; a Parquet row stands as JSON.

    Raises UnreadableFileError. A number the file does not have is left out.
    """
    if file.path.endswith(".parquet"):
        table = pq.read_table(file.location).take([n - 1 for n in sorted(numbers)])
        return {
            n: json.dumps(row, ensure_ascii=False, default=_plain)
            for n, row in zip(sorted(numbers), table.to_pylist(), strict=True)
        }
    if not is_json_lines(file):
        _, records = read_csv(b"".join(chunks(file)))
        return {n: r.text for n, r in enumerate(records, 1) if n in numbers}
    found: dict[int, str] = {}
    for table in line_tables(file, 0):
        first, count = table["record_number"][0].as_py() if len(table) else 0, len(table)
        for n in numbers:
            if first <= n < first + count:
                found[n] = table["line"][n - first].as_py().rstrip("\r\n")
    return found
