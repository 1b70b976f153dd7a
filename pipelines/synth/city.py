"""A whole city in the raw format: one day after the other, from plan to files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, get_args

from . import dirt, roster
from .cheats import CHEATS, write_truth
from .delivery import Delivery
from .plan import DEFAULT_RECORDS_PER_TEACHER_DAY, EARLIEST, LATEST, Plan, make_plan
from .streams import day_events
from .volume import task_records
from .writer import Writer, write_csv, write_jsonl, write_parquet

Format = Literal["mixed", "jsonl", "parquet"]
MOST_DIRT = 0.3  # beyond this a record would need two faults


@dataclass
class CityCounts:
    """What was written: `records` of logins and activities (not rosters), and what should become of them."""

    records: int = 0
    logins: int = 0
    activities: int = 0
    duplicates: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)  # reason: records
    late: int = 0  # handed over on a later day than their own
    rosters: int = 0
    files: int = 0
    bytes: int = 0

    @property
    def accepted(self) -> int:
        """Records that should be accepted."""
        return self.records - self.duplicates - sum(self.quarantined.values())


def write_city(
    out: Path,
    teachers: int,
    first: date,
    last: date,
    seed: int = 0,
    dirty: float = 0.0,
    fmt: Format = "mixed",
    progress: Callable[[str], None] | None = None,
    records_per_teacher_day: float | None = None,
    cheats: int = 0,
) -> CityCounts:
    """Write a made-up city to `out`; the same arguments give the same bytes.

    `dirty` is the share of records that must be quarantined (half as many again are handed over twice, a
    quarter as many come days or weeks late); `records_per_teacher_day` is the mean over all days of the
    window (default: 4.4; a real year at full use: about 14). `progress` gets one line per day.
    So many `cheats` of each kind of cheats.py are planted; who they are is written beside `out`.
    Raises ValueError for arguments that make no city, and when `out` is not an empty or a new folder.
    """
    check(out, teachers, first, last, dirty, fmt, records_per_teacher_day)
    if not 0 <= cheats * len(CHEATS) <= teachers:
        raise ValueError(f"cheats: {cheats} of each of {len(CHEATS)} kinds are more than {teachers} teachers")
    days = (last - first).days + 1
    volume = records_per_teacher_day or DEFAULT_RECORDS_PER_TEACHER_DAY
    plan = make_plan(seed, first, days, teachers, volume, task_records)
    plan.cheats = cheats
    # A Parquet row of a login is always a record: it can't be malformed.
    login_reasons = dirt.LOGIN_REASONS[1:] if fmt == "parquet" else dirt.LOGIN_REASONS
    logins = Delivery(plan, "logins", dirty, login_reasons)
    activities = Delivery(plan, "activities", dirty, dirt.ACTIVITY_REASONS)
    counts = CityCounts()
    out.mkdir(parents=True, exist_ok=True)
    with Writer(out) as writer:
        for day in range(days):
            write_day(writer, plan, day, fmt, (logins, activities), counts)
            if progress is not None:
                progress(f"{first + timedelta(day)}: {counts.records:,} records")
    if cheats:
        write_truth(plan, out)
    counts.files, counts.bytes = writer.files, writer.bytes
    counts.duplicates = logins.duplicates + activities.duplicates
    counts.late = logins.late + activities.late
    refused = logins.refused + activities.refused
    counts.quarantined = {name: int(n) for name, n in zip(dirt.REASONS, refused, strict=True) if n}
    counts.quarantined.pop("clean", None)
    return counts


def check(
    out: Path, teachers: int, first: date, last: date, dirty: float, fmt: str, volume: float | None
) -> None:
    """Raise ValueError, with what is wrong and where, for arguments that make no city."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{out}: is not an empty folder; a city is only written to a new or an empty one")
    if teachers < 1:
        raise ValueError(f"teachers: {teachers}, must be at least 1")
    if not EARLIEST <= first <= last <= LATEST:
        raise ValueError(f"from {first} to {last}: must be in order, from {EARLIEST} to {LATEST}")
    if not 0 <= dirty <= MOST_DIRT:
        raise ValueError(f"dirty: {dirty}, must be a share from 0 to {MOST_DIRT}")
    if fmt not in get_args(Format):
        raise ValueError(f"format: {fmt!r}, must be one of {', '.join(get_args(Format))}")
    if volume is not None and not volume > 0:
        raise ValueError(f"records per teacher and day: {volume}, must be more than 0")


def write_day(
    writer: Writer,
    plan: Plan,
    day: int,
    fmt: Format,
    deliveries: tuple[Delivery, Delivery],
    counts: CityCounts,
) -> None:
    """Make and write the drops of one day."""
    when = plan.first + timedelta(day)
    if roster.is_roster_day(plan, day):
        counts.rosters += 1
        for name, data in roster.snapshot(plan, day).items():
            writer.put_bytes(f"roster/dt={when}/{name}", data)
    happened = day_events(plan, day)
    for delivery, events in zip(deliveries, happened, strict=True):
        handed = delivery.drop(day, events)
        counts.records += len(handed)
        setattr(counts, delivery.source, getattr(counts, delivery.source) + len(handed))
        if fmt == "parquet":
            write_parquet(writer, delivery.source, when, handed)
        elif fmt == "mixed" and delivery.source == "logins":
            write_csv(writer, when, handed)
        else:
            write_jsonl(writer, delivery.source, when, handed, mixed=fmt == "mixed")
