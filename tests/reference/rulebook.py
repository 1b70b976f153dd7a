"""The versioned rule table and the named periods, as data."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SEEDS = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"


@dataclass(frozen=True)
class Version:
    """One rule's numbers over an inclusive range of days."""

    rule_code: str
    category: str
    valid_from: date
    valid_to: date
    points: int
    cap: int
    cap_period: str
    threshold: int | None
    works_threshold: int | None
    window_hours: int | None
    streak_day: int | None
    streak_points: int | None


@dataclass(frozen=True)
class NamedPeriod:
    """A span of local days with a name; calendar years are periods too."""

    period_id: str
    starts_on: date
    ends_on: date


class RuleBook:
    """Every version of every rule."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.versions = [version_of(row) for row in rows]
        self.codes = sorted({version.rule_code for version in self.versions})
        self.category = {version.rule_code: version.category for version in self.versions}
        for one in self.versions:
            for other in self.versions:
                overlap = one.valid_from <= other.valid_to and other.valid_from <= one.valid_to
                if one is not other and one.rule_code == other.rule_code and overlap:
                    raise ValueError(f"two versions of {one.rule_code} on one day")

    def on(self, rule_code: str, day: date) -> Version | None:
        """The version in force on a day; there may be none."""
        for version in self.versions:
            if version.rule_code == rule_code and version.valid_from <= day <= version.valid_to:
                return version
        return None

    def starts(self, rule_code: str) -> list[date]:
        """The first days of the rule's versions."""
        return [version.valid_from for version in self.versions if version.rule_code == rule_code]


def version_of(row: dict[str, Any]) -> Version:
    """A version from a row as text (a seed) or typed."""
    return Version(
        row["rule_code"],
        row["category"],
        as_date(row["valid_from"]),
        as_date(row["valid_to"]),
        int(row["points"]),
        int(row["cap"]),
        row["cap_period"],
        *(as_int(row.get(name)) for name in ("threshold", "works_threshold", "window_hours")),
        *(as_int(row.get(name)) for name in ("streak_day", "streak_points")),
    )


def period_of(row: dict[str, Any]) -> NamedPeriod:
    """A named period from a row as text (a seed) or typed."""
    return NamedPeriod(row["period_id"], as_date(row["starts_on"]), as_date(row["ends_on"]))


def as_int(value: Any) -> int | None:
    """A whole number, or None for nothing."""
    return None if value is None or value == "" else int(value)


def as_date(value: Any) -> date:
    """A day given as text or as a date."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def read_seed(name: str) -> list[dict[str, str]]:
    """The rows of one of the project's seed tables."""
    with open(SEEDS / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def first_day(span: str, day: date) -> date:
    """The first day of the day, week or year that holds `day`; a week is Monday to Sunday across New Year."""
    if span == "week":
        return day - timedelta(days=day.weekday())
    if span == "year":
        return date(day.year, 1, 1)
    return day
