"""Roster snapshots: districts, schools and teachers as they stand on a day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from .names import STAGES, SUBJECTS
from .people import Teachers
from .plan import Plan
from .schoolcal import reference_rows

WEEKLY_UP_TO = 45  # days: shorter windows have weekly snapshots, longer ones monthly


def is_roster_day(plan: Plan, day: int) -> bool:
    """The first day, then every Monday, or every first of a month in a long window."""
    when = plan.first + timedelta(day)
    if plan.days <= WEEKLY_UP_TO:
        return day == 0 or when.weekday() == 0
    return day == 0 or when.day == 1


def snapshot(plan: Plan, day: int) -> dict[str, bytes]:
    """File name to content; the encoding changes with the month."""
    when = plan.first + timedelta(day)
    return {
        name: encoded(frame, when)
        for name, frame in (
            ("districts.csv", districts()),
            ("schools.csv", schools(plan)),
            ("teachers.csv", teachers(plan, day)),
        )
    }


def encoded(frame: pl.DataFrame, when: date) -> bytes:
    """The frame as CSV, in the encoding of its month."""
    text = frame.write_csv()
    if when.month % 3 == 0:
        return text.encode("gb18030")
    return text.encode("utf-8-sig" if when.month % 2 else "utf-8")


def districts() -> pl.DataFrame:
    """One row per district."""
    rows = reference_rows("districts.csv")
    return pl.DataFrame({"district_id": column(rows, "district_id"), "name": column(rows, "name")})


def column(rows: Iterable[dict[str, str]], name: str) -> list[str]:
    """One column of reference rows."""
    return [row[name] for row in rows]


def schools(plan: Plan) -> pl.DataFrame:
    """One row per school."""
    made = plan.schools
    district_ids = column(reference_rows("districts.csv"), "district_id")
    return pl.DataFrame(
        {
            "school_id": ids("x", made.number),
            "name": made.name,
            "district_id": texts(district_ids, made.district),
            "branch": made.branch,
            "stage": texts(STAGES, made.stage),
        }
    )


def teachers(plan: Plan, day: int) -> pl.DataFrame:
    """One row per teacher who has been hired by that day; those who have left stay, with their status."""
    people = plan.teachers
    who = np.flatnonzero(people.hire_day[: people.listed] <= day)
    school = np.where(people.move_day <= day, people.moved_to, people.school)[who]
    return pl.DataFrame(
        {
            "teacher_id": ids("t", 4_201_000_000 + who),
            "name": people.name[who],
            "school_id": ids("x", plan.schools.number[school]),
            "status": status(people, day)[who],
            "subject": texts(SUBJECTS, people.subject[who]),
            "verified": np.where(people.verify_day[who] <= day, "true", "false"),
        }
    )


def status(people: Teachers, day: int) -> np.ndarray:
    """`active`, `retired` or `off_post` for each teacher."""
    away = (people.off_from <= day) & (day < people.off_to)
    return np.where(people.retire_day <= day, "retired", np.where(away, "off_post", "active"))


def ids(letter: str, numbers: np.ndarray) -> pl.Series:
    """Ids as the events have them: a letter and ten digits."""
    return (pl.Series(numbers).cast(pl.String).str.zfill(10).str.replace("^", letter)).alias("id")


def texts(names: Sequence[str], indices: np.ndarray) -> np.ndarray:
    """The names at these indices."""
    return np.array(names)[indices]
