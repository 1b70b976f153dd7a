"""What every yardstick is handed: the lake's files, and the first instant that is not seen."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipelines.ingest.contract import EVENT_SOURCES
from pipelines.ingest.lake import Lake

Totals = dict[str, int]
"""Points by teacher_id; teachers without a point are absent."""


def lake_files(lake: Lake) -> tuple[list[str], list[str]]:
    """Full names of the Parquet files of accepted (logins, activities), by drop day."""
    logins, activities = (lake.data_files(lake.load(name), "accepted") for name in EVENT_SOURCES)
    return logins, activities


def as_of_day(home: Path) -> date:
    """The as-of day of the last `cockpit run` on HOME. Raises FileNotFoundError where there was none."""
    run = json.loads((home / "run.json").read_text(encoding="utf-8"))
    return date.fromisoformat(run["as_of"])


def newest_day(files: list[str]) -> date:
    """The newest drop day among lake files, whose folders are named dt=YYYY-MM-DD."""
    return max(date.fromisoformat(Path(file).parent.name.removeprefix("dt=")) for file in files)


def end_of(as_of: date | None, files: list[str]) -> datetime:
    """Midnight after the as-of day, by default the newest drop day of `files`."""
    return datetime.combine((as_of or newest_day(files)) + timedelta(days=1), time())
