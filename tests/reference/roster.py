"""Roster snapshots: all of a drop's three files are good and in force, or the drop is refused whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .formats import Record, csv_records

Tables = dict[str, tuple[list[str], list[Record]]]  # file: (header, rows)

STAGES = {"primary", "junior", "senior", "nine_year", "complete", "vocational", "special"}
STATUSES = {"active", "retired", "off_post"}

# file: (columns, {column: set of values}, {column: file it points to}); the first column is the id
FILES = {
    "districts.csv": (("district_id", "name"), {}, {}),
    "schools.csv": (
        ("school_id", "name", "district_id", "branch", "stage"),
        {"stage": STAGES},
        {"district_id": "districts.csv"},
    ),
    "teachers.csv": (
        ("teacher_id", "name", "school_id", "status", "subject", "verified"),
        {"status": STATUSES, "verified": {"true", "false"}},
        {"school_id": "schools.csv"},
    ),
}
MAY_BE_BLANK = {"branch"}


@dataclass(frozen=True)
class Roster:
    """One good snapshot."""

    dt: date
    districts: list[dict[str, str]]
    schools: list[dict[str, str]]
    teachers: list[dict[str, str]]

    @property
    def district_of(self) -> dict[str, str]:
        """School to district."""
        return {school["school_id"]: school["district_id"] for school in self.schools}

    @property
    def listed(self) -> dict[str, str]:
        """Listed teacher to school: on the roster with status `active`."""
        return {t["teacher_id"]: t["school_id"] for t in self.teachers if t["status"] == "active"}


def read_snapshot(folder: Path, dt: date) -> tuple[Roster | None, list[str], dict[str, int]]:
    """(the snapshot or None, every fault, records per file that is there)."""
    tables: Tables = {}
    for name in FILES:
        if (folder / name).is_file():
            tables[name] = csv_records((folder / name).read_bytes())
    counts = {name: len(records) for name, (_, records) in tables.items()}
    faults = [fault for name in FILES for fault in faults_of(name, tables)]
    if faults:
        return None, faults, counts
    rows = {name: [record.values for record in records] for name, (_, records) in tables.items()}
    return Roster(dt, rows["districts.csv"], rows["schools.csv"], rows["teachers.csv"]), [], counts


def faults_of(name: str, tables: Tables) -> Iterator[str]:
    """Every fault of one file, each a line that names the row."""
    if name not in tables:
        yield f"{name}: missing"
        return
    header, records = tables[name]
    lacking = [column for column in FILES[name][0] if column not in header]
    if lacking:
        yield f"{name}: no column {', '.join(lacking)}"
        return
    seen: set[str] = set()
    for record in records:
        for fault in row_faults(name, record, tables, seen):
            yield f"{name} row {record.number}: {fault}"


def row_faults(name: str, record: Record, tables: Tables, seen: set[str]) -> Iterator[str]:
    """What is wrong with one row; `seen` gathers the ids of the rows before it."""
    columns, allowed, parents = FILES[name]
    if record.values is None:
        yield record.detail
        return
    for column in columns:
        if not record.values[column] and column not in MAY_BE_BLANK:
            yield f"{column} is blank"
    for column, values in allowed.items():
        if record.values[column] and record.values[column] not in values:
            yield f"{column} {record.values[column]!r}"
    for column, parent in parents.items():
        if record.values[column] and record.values[column] not in ids_in(parent, tables):
            yield f"unknown {column} {record.values[column]!r}"
    row_id = record.values[columns[0]]
    if row_id and row_id in seen:
        yield f"repeated {columns[0]} {row_id!r}"
    seen.add(row_id)


def ids_in(name: str, tables: Tables) -> set[str]:
    """The ids of one file, as far as it can be read."""
    id_column = FILES[name][0][0]
    _, records = tables.get(name, ([], []))
    return {record.values.get(id_column, "") for record in records if record.values is not None}
