"""Exports: rankings and summaries as CSV and one workbook, in Chinese. Equal tables give equal bytes.

OUT/<name>.csv      one a table: UTF-8 with a byte-order mark (or Excel garbles Chinese), RFC 4180
OUT/rankings.xlsx   all of them as sheets
OUT/manifest.json   sha256 and row count of each; the run, its code and rules, and every drop file scored
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import xlsxwriter

from dashboards.catalogue import named
from dashboards.run import RULES_SHA256
from pipelines.export_tables import TABLES, Column, Table
from pipelines.files import write_json
from pipelines.ingest.inventory import sha256_of

WORKBOOK, MANIFEST = "rankings.xlsx", "manifest.json"

# File name -> what it holds.
EXPORTS: dict[str, str] = {
    **{f"{table.name}.csv": table.description for table in TABLES},
    WORKBOOK: "All rankings and summaries as sheets of one workbook.",
    MANIFEST: "sha256 and row count of each export; the run, code, rules and drop files they come from.",
}

_INPUT = ("source", "dt", "path", "sha256", "records")
_INPUTS = "select source, cast(dt as varchar), path, sha256, records from ops.files order by source, path"
_SHEET_ROWS = 1_000_000  # a sheet ends at 1,048,576
_CELL_LIMIT = 32_767  # characters; a longer one would be left out
_ROWS_IN_MEMORY = 50_000
_FETCHED = 50_000
# A spreadsheet takes a cell that begins so for a formula, also in its full-width form.
_ACTIVE = tuple("=+-@\t\r\n＝＋－＠")
_ARROW = {"integer": pa.int64(), "index": pa.float64(), "date": pa.date32()}
_FORMATS = {"integer": "#,##0", "index": "#,##0.00", "date": "yyyy-mm-dd"}


@dataclass(frozen=True)
class Export:
    """A file written: its name in the folder, its rows without headers."""

    file: str
    rows: int


def write_exports(warehouse: duckdb.DuckDBPyConnection, out: Path) -> list[Path]:
    """Write every export into `out`. Only reads `warehouse`. Returns the files in the order of EXPORTS."""
    out.mkdir(parents=True, exist_ok=True)
    found = warehouse.execute(
        "select run_id, as_of, cast(known_at as varchar) as known_at, input_sha256, code_sha256, "
        f"{RULES_SHA256} as rules_sha256 from ops.run"
    ).fetchone()
    if found is None:
        raise ValueError("ops.run is empty: a warehouse has exactly one run")
    run_id, as_of, known_at, input_sha256, code_sha256, rules_sha256 = found
    written = [write_csv(warehouse, table, out) for table in TABLES]
    rows = sum(export.rows for export in written)
    created = datetime.combine(as_of, time())  # no clock: the bytes depend on the data alone
    write_workbook(warehouse, TABLES, out / WORKBOOK, created, rows)
    written.append(Export(WORKBOOK, rows))
    manifest = {
        "run_id": run_id,
        "as_of": as_of.isoformat(),
        "known_at": known_at,
        "input_sha256": input_sha256,
        "code_sha256": code_sha256,
        "rules_sha256": rules_sha256,
        "inputs": [dict(zip(_INPUT, row, strict=True)) for row in warehouse.execute(_INPUTS).fetchall()],
        "exports": [
            {
                "file": e.file,
                "description": EXPORTS[e.file],
                "rows": e.rows,
                "sha256": sha256_of(out / e.file),
            }
            for e in written
        ],
    }
    write_json(out / MANIFEST, manifest)
    return [out / name for name in EXPORTS]


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before what would begin one."""
    return f"'{text}" if text.startswith(_ACTIVE) else text


def _rows(con: duckdb.DuckDBPyConnection, table: Table) -> Iterator[list[Any]]:
    """The table's rows, codes in words; None where there is no value."""
    cursor = con.cursor()
    cursor.execute(table.query)
    while batch := cursor.fetchmany(_FETCHED):
        for row in batch:
            yield [
                named(column.kind, value) if column.is_code and value is not None else value
                for column, value in zip(table.columns, row, strict=True)
            ]


def _csv_cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "integer":
        return str(value)
    if column.kind == "index":
        return f"{value:.2f}"
    if column.kind == "date":
        return value.isoformat()
    return harmless(value)


def load_rows(con: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[tuple]) -> None:
    """Make a table `table.name` of rows, in the order of its columns; `table.query` reads it."""
    values = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    made = pa.table(
        {
            f"c{at}": pa.array(column_values, _ARROW.get(column.kind, pa.string()))
            for at, (column, column_values) in enumerate(zip(table.columns, values, strict=True))
        }
    )
    con.register("made", made)
    con.execute(f"create table {table.name} as from made")
    con.unregister("made")


def write_csv(con: duckdb.DuckDBPyConnection, table: Table, out: Path) -> Export:
    """Write one table as a file of the folder `out`."""
    path = out / f"{table.name}.csv"
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([column.header for column in table.columns])
        for row in _rows(con, table):
            writer.writerow([_csv_cell(c, v) for c, v in zip(table.columns, row, strict=True)])
            count += 1
    return Export(path.name, count)


def write_workbook(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    path: Path,
    created: datetime,
    rows: int,
) -> None:
    """Write the tables, of so many rows in all, as sheets of one workbook."""
    options = {
        "constant_memory": rows > _ROWS_IN_MEMORY,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"created": created, "author": "cockpit"})
        formats = {kind: workbook.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        formats["header"] = workbook.add_format({"bold": True, "bg_color": "#E6EEF5", "text_wrap": True})
        for table in tables:
            _write_sheets(workbook, table, _rows(con, table), formats)


def _write_sheets(
    workbook: xlsxwriter.Workbook, table: Table, rows: Iterator[list[Any]], formats: dict[str, Any]
) -> None:
    """The table's rows as one sheet, or several where they do not fit."""
    part, row = 1, next(rows, None)
    while part == 1 or row is not None:
        sheet = workbook.add_worksheet(table.sheet if part == 1 else f"{table.sheet} ({part})")
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, column.width)
            sheet.write_string(0, at, column.header, formats["header"])
        line = 0
        while row is not None and line < _SHEET_ROWS:
            line += 1
            _write_row(sheet, line, table.columns, row, formats)
            row = next(rows, None)
        sheet.freeze_panes(1, 0)
        sheet.set_paper(9)  # A4, all columns on its width, the headers on every page
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(line, 1), len(table.columns) - 1)
        part += 1


def _write_row(
    sheet: Any, line: int, columns: tuple[Column, ...], row: list[Any], formats: dict[str, Any]
) -> None:
    for at, (column, value) in enumerate(zip(columns, row, strict=True)):
        if value is None:
            continue
        if column.kind in ("integer", "index"):
            sheet.write_number(line, at, value, formats[column.kind])
        elif column.kind == "date":
            sheet.write_datetime(line, at, value, formats["date"])
        else:
            text = value if len(value) <= _CELL_LIMIT else value[: _CELL_LIMIT - 1] + "…"
            sheet.write_string(line, at, text)
