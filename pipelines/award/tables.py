"""Small tables people write (campaign tables, nominations, experts): CSV, read whole or refused whole."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from pipelines.errors import CockpitError
from pipelines.ingest.csvfile import read_csv
from pipelines.ingest.decisions import read_day

Row = dict[str, str]


def read_rows(path: Path, content: bytes, columns: Collection[str]) -> list[Row]:
    """The rows of a CSV (UTF-8 or GB18030) by `columns`, which its header has to have; others are ignored.

    Raises CockpitError that lists every line that is none, with its record number.
    """
    header, found = read_csv(content)
    records = list(found)
    if absent := [c for c in columns if c not in header]:
        raise CockpitError(f"{path}: the header lacks {', '.join(absent)}")
    if twice := sorted({c for c in columns if header.count(c) > 1}):
        raise CockpitError(f"{path}: the header has {', '.join(twice)} twice")
    faults = [
        f"record {number}: {record.fault or 'malformed'}"
        for number, record in enumerate(records, 1)
        if record.fields is None
    ]
    if faults:
        raise CockpitError(f"{path}: {'; '.join(faults)}")
    rows = (dict(zip(header, record.fields, strict=True)) for record in records if record.fields is not None)
    return [{c: row[c] for c in columns} for row in rows]


def read_content(path: Path) -> bytes:
    """A file's bytes. Raises CockpitError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CockpitError(f"{path}: cannot be read: {error.strerror}") from error


class Reader:
    """Reads the cells of one row and notes what is wrong, each with record and column."""

    def __init__(self, where: str, row: Row):
        self._where, self._row = where, row
        self.faults: list[str] = []

    def fault(self, text: str) -> None:
        """Note something wrong with the row."""
        self.faults.append(f"{self._where}: {text}")

    def text(self, column: str, allowed: Collection[str] = ()) -> str:
        """A cell that may not be blank, and is one of `allowed` where these are given."""
        value = self._row[column]
        if not value:
            self.fault(f"{column} is blank")
        elif allowed and value not in allowed:
            self.fault(f"{column} {value!r} is none of {', '.join(sorted(allowed))}")
        return value

    def optional(self, column: str) -> str:
        """A cell that may be blank."""
        return self._row[column]

    def number(self, column: str, least: int = 0) -> int:
        """A whole number of at least `least`."""
        value = self._row[column]
        if not value.isascii() or not value.isdigit() or int(value) < least:
            self.fault(f"{column} {value!r} is no whole number of {least} or more")
            return least
        return int(value)

    def day(self, column: str) -> date:
        """A day such as 2022-03-10 or 2022/3/10."""
        found = read_day(self._row[column])
        if found is None:
            self.fault(f"{column} {self._row[column]!r} is no day such as 2022-03-10")
        return found or date.min
