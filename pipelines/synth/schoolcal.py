"""The school calendar: which days are school days, and how much of a school day's work the others see."""

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

REFERENCE = Path(__file__).parents[2] / "data" / "reference"

SCHOOL, WEEKEND, HOLIDAY, VACATION = range(4)
KIND_OF_ROW = {"workday": SCHOOL, "holiday": HOLIDAY, "vacation": VACATION}

# Share of a school day's volume, by kind of day: SCHOOL, WEEKEND, HOLIDAY, VACATION.
TEACHER_FACTOR = np.array([1.0, 0.22, 0.10, 0.06])
STUDENT_FACTOR = np.array([1.0, 0.75, 0.50, 0.35])
# A teacher who logs in with probability p on a school day does so with p**power on the others: those who
# come every day come on Sundays too, which is what long streaks are made of.
LOGIN_POWER = np.array([1.0, 4.0, 5.0, 7.0])


def reference_rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of `data/reference`. Raises FileNotFoundError where it is not installed."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day_kinds(first: date, days: int) -> np.ndarray:
    """The kind of each of `days` days from `first` on, shape (days,).

    Years without rows in calendar.csv have weekends only. A holiday inside a vacation is a holiday, a
    make-up working day inside a vacation is a vacation day: nobody is at school.
    """
    kinds = np.array([WEEKEND if (first + timedelta(d)).weekday() >= 5 else SCHOOL for d in range(days)])
    rows = reference_rows("calendar.csv")
    for kind in ("workday", "vacation", "holiday"):  # later ones win
        for row in rows:
            if row["kind"] == kind:
                start = max((date.fromisoformat(row["first"]) - first).days, 0)
                end = max((date.fromisoformat(row["last"]) - first).days + 1, 0)
                kinds[start:end] = KIND_OF_ROW[kind]
    return kinds


# Hour-of-day profiles: relative volume in each hour from 0 to 23.
_HOURS = {
    "arrival": [0, 0, 0, 0, 0, 1, 8, 60, 40, 14, 10, 6, 8, 14, 12, 8, 6, 6, 6, 9, 10, 6, 2, 1],
    "work": [0, 0, 0, 0, 0, 0, 2, 10, 30, 36, 32, 14, 8, 14, 30, 32, 26, 12, 8, 14, 18, 12, 4, 1],
    "lesson": [0, 0, 0, 0, 0, 0, 0, 2, 40, 42, 40, 14, 0, 6, 38, 36, 22, 4, 0, 0, 0, 0, 0, 0],
    "evening": [1, 0, 0, 0, 0, 0, 3, 6, 4, 3, 3, 5, 9, 6, 3, 4, 9, 18, 34, 52, 58, 34, 9, 3],
    "morning": [0, 0, 0, 0, 0, 3, 26, 22, 6, 3, 2, 3, 6, 3, 2, 2, 3, 6, 10, 14, 16, 10, 3, 0],
}
PROFILE_STEPS = 65_536


def _quantiles(hours: list[int]) -> np.ndarray:
    """Second of the day at each of PROFILE_STEPS equal steps of the profile's cumulative volume."""
    cumulative = np.concatenate([[0.0], np.cumsum(hours, dtype=float)])
    wanted = (np.arange(PROFILE_STEPS) + 0.5) / PROFILE_STEPS * cumulative[-1]
    return np.minimum(np.interp(wanted, cumulative, np.arange(25) * 3600.0), 86_399).astype(np.int32)


PROFILES = {name: _quantiles(hours) for name, hours in _HOURS.items()}


def seconds_of_day(rng: np.random.Generator, profile: str, count: int) -> np.ndarray:
    """`count` seconds of the day (0..86399) drawn from a profile."""
    return PROFILES[profile][rng.integers(0, PROFILE_STEPS, count, dtype=np.uint16)]
