"""Made-up cities of growing size: the rebuild against yardsticks, an ordinary day, a late drop."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipelines.ingest.contract import EVENT_SOURCES
from pipelines.ingest.lake import Lake, parquet
from pipelines.synth import write_city

LAST = date(2022, 11, 24)
"""The last day of every city: a Thursday in school time."""
RECORDS_PER_TEACHER_DAY = 13.7
"""A year at full use: 50 million records of 10,000 teachers, nine in ten of them their students'."""
LATE_RECORDS = 1_000
_TABLES = ("opening the release", "tables")


@dataclass(frozen=True)
class City:
    """What was measured of one city; each stage as `pipelines.bench.stage` prints it."""

    teachers: int
    records: int
    first: dict[str, Any]
    rebuild: dict[str, Any]
    day_records: int
    day: dict[str, Any]
    late: dict[str, Any]
    yardsticks: dict[str, dict[str, Any]]
    home_gb: float

    @staticmethod
    def scoring(stage: dict[str, Any]) -> float:
        """Seconds from accepted events to finished tables."""
        return sum(stage["seconds"][name] for name in _TABLES)

    @staticmethod
    def until_tables(stage: dict[str, Any]) -> float:
        """Seconds from the start of the process to finished tables."""
        seconds = stage["seconds"]
        names = ("imports", "inventory", "taking in", "checks", *_TABLES)
        return sum(seconds[name] for name in names)

    @staticmethod
    def whole(stage: dict[str, Any]) -> float:
        """Seconds from the start of the process to the published release."""
        return sum(stage["seconds"].values())


def measure(folder: Path, teachers: int, days: int, yardsticks: tuple[str, ...]) -> City:
    """Make a city of so many teachers and days, run it, bring a day, bring a late drop; `folder` goes."""
    raw, home = folder / "raw", folder / "home"
    print(f"{teachers:,} teachers, {days} days: writing", file=sys.stderr)
    counts = write_city(
        raw, teachers, LAST - timedelta(days=days - 1), LAST, seed=1, dirty=0.005, fmt="parquet",
        records_per_teacher_day=RECORDS_PER_TEACHER_DAY,
    )  # fmt: skip
    held_back = folder / "held_back"
    for source in EVENT_SOURCES:
        (held_back / source).mkdir(parents=True)
        shutil.move(raw / source / f"dt={LAST}", held_back / source)
    first = _stage(raw, home)
    rebuild = _stage(raw, home, "--full")
    measured = {name: _yardstick(name, home) for name in yardsticks}
    before = _accepted(home)
    for source in EVENT_SOURCES:
        shutil.move(held_back / source / f"dt={LAST}", raw / source)
    day = _stage(raw, home)
    _write_late_drop(home, raw)
    late = _stage(raw, home)
    held = _gigabytes(home)
    day_records = _accepted(home) - before - LATE_RECORDS
    city = City(teachers, counts.records, first, rebuild, day_records, day, late, measured, held)
    shutil.rmtree(folder)
    return city


def _gigabytes(folder: Path) -> float:
    """What the files below a folder take; a file that has several names, as a site's have, once."""
    found = [p.stat() for p in folder.rglob("*") if p.is_file() and not p.is_symlink()]
    return sum({status.st_ino: status.st_size for status in found}.values()) / 1e9


def _stage(raw: Path, home: Path, *options: str) -> dict[str, Any]:
    print(f"  running {' '.join(options)}", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.bench.stage", str(raw), str(home), *options],
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _yardstick(name: str, home: Path) -> dict[str, Any]:
    print(f"  yardstick {name}", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.yardsticks", name, str(home)], check=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout.splitlines()[-1])


def _accepted(home: Path) -> int:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return con.execute("select sum(accepted) from ops.files where source <> 'roster'").fetchone()[0]


def _write_late_drop(home: Path, raw: Path) -> None:
    """Events of all the year's days once more, under ids of their own, handed over the day after the last."""
    lake = Lake(home / "lake")
    files = lake.data_files(lake.load("activities"), "accepted")
    folder = raw / "activities" / f"dt={LAST + timedelta(days=1)}"
    folder.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute(
            f"""
            copy (
                select 'late-' || event_id as event_id, event_type,
                    cast(occurred_at as varchar) as occurred_at,
                    actor_id, actor_role, object_id, cast(attributes as json) as attributes
                from {parquet(files)}
                order by id_key limit {LATE_RECORDS}
            ) to '{folder / "late.jsonl"}' (format json)
            """
        )
