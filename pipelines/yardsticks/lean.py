"""The physical reference: `lean.sql` in a fresh DuckDB with two threads."""

from datetime import date
from pathlib import Path

import duckdb

from pipelines.yardsticks.inputs import Totals, end_of

_STATEMENT = Path(__file__).with_name("lean.sql")
_SETTINGS = (
    "set preserve_insertion_order = false",
    "set parquet_metadata_cache = true",  # the same files are read more than once
)


def totals(logins: list[str], activities: list[str], as_of: date | None = None) -> Totals:
    """Points by teacher_id as of a day, by default the newest drop day; both lists hold at least one file."""
    with duckdb.connect(config={"threads": 2}) as con:
        for setting in _SETTINGS:
            con.execute(setting)
        for name, value in (
            ("logins", logins),
            ("activities", activities),
            ("until", end_of(as_of, logins + activities)),
        ):
            con.execute(f"set variable {name} = $1", [value])
        return dict(con.execute(_STATEMENT.read_text(encoding="utf-8")).fetchall())
