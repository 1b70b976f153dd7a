"""A rule table from outside: read, and held against what the models can score."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from pipelines.errors import CockpitError
from pipelines.ingest.keys import FAMILIES
from pipelines.scope.basis import RULE_COLUMNS, Rules

Row = dict[str, str]
_NUMBERS = ("rule_no", "points", "cap")
_CONDITIONS = ("threshold", "works_threshold", "window_hours", "streak_day", "streak_points")
_SAME_IN_ALL_VERSIONS = ("rule_no", "category", "rule_name")
_MOST = 1_000_000  # of any number: sums stay far below what a column holds
_LEAST = {"points": 0, "cap": 0, "streak_points": 0}
_CAP_PERIODS = ("day", "week", "year")


@dataclass(frozen=True)
class RulesInForce:
    """What a table from outside is held against: columns, the categories' codes, and by rule the conditions'
    columns that it has a number in."""

    columns: tuple[str, ...]
    categories: frozenset[str]
    conditions: dict[str, frozenset[str]]

    @classmethod
    def of(cls, columns: tuple[str, ...], categories: set[str], rows: list[Row]) -> "RulesInForce":
        """From the rows of the rule table in force."""
        conditions: dict[str, frozenset[str]] = {}
        for row in rows:
            has = frozenset(c for c in _CONDITIONS if row[c])
            conditions[row["rule_code"]] = conditions.get(row["rule_code"], frozenset()) | has
        return cls(columns, frozenset(categories), conditions)


def as_rules(rows: list[Row]) -> Rules:
    """What of the rows decides points."""
    return frozenset(tuple(row[c] for c in RULE_COLUMNS) for row in rows)


def read_rules(path: Path, in_force: RulesInForce) -> tuple[list[Row], list[str]]:
    """(rows, each number in one way of writing; faults, a line each). Without faults the rows can be scored.

    The file is UTF-8 CSV with the columns of the rule table in force, in any order. Raises CockpitError where
    it cannot be read as such, OSError where it cannot be opened.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *lines = [line for line in csv.reader(file, strict=True) if line] or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise CockpitError(f"{path}: is no CSV in UTF-8: {error}") from error
    faults = [f"{path}: column {c!r} is missing" for c in in_force.columns if c not in header]
    faults += [f"{path}: column {c!r} is unknown" for c in header if c not in in_force.columns]
    faults += [f"{path}: column {c!r} stands there twice" for c in sorted({*header}) if header.count(c) > 1]
    if faults:
        return [], faults
    if not lines:
        return [], [f"{path}: holds no rule"]
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        where = f"{path}: record {number}"
        if len(line) != len(header):
            faults.append(f"{where}: has {len(line)} fields, the header {len(header)}")
            continue
        row = {name: cell.strip() for name, cell in zip(header, line, strict=True)}
        found = list(_faults(row, in_force))
        faults += [f"{where} ({row['rule_code'] or 'no rule_code'}): {fault}" for fault in found]
        if not found:
            rows.append({c: _plain(c, row[c]) for c in in_force.columns})
    faults += [f"{path}: {fault}" for fault in _contradictions(rows)]
    return rows, faults


def _faults(row: Row, in_force: RulesInForce) -> Iterator[str]:
    """What is wrong with one row, taken alone."""
    code = row["rule_code"]
    if code not in {c for family in FAMILIES for c in family.rules}:
        yield f"no model scores a rule {code!r}"
    if row["category"] not in in_force.categories:
        yield f"category {row['category']!r} is none of {', '.join(sorted(in_force.categories))}"
    for column in ("rule_name", "source"):
        if not row[column]:
            yield f"{column} is empty"
    if row["cap_period"] not in _CAP_PERIODS:
        yield f"cap_period {row['cap_period']!r} is none of {', '.join(_CAP_PERIODS)}"
    wanted = in_force.conditions.get(code)
    for column in (*_NUMBERS, *_CONDITIONS):
        text = row[column]
        if not text and (column in _NUMBERS or (wanted is not None and column in wanted)):
            yield f"{column} is empty but needed"
        elif text and column in _CONDITIONS and wanted is not None and column not in wanted:
            yield f"{column} is {text!r}, but this rule has no such number"
        elif text and not _is_number(text, _LEAST.get(column, 1)):
            yield f"{column} {text!r} is no whole number from {_LEAST.get(column, 1)} to {_MOST}"
    days = [row[c] for c in ("valid_from", "valid_to")]
    bad = [day for day in days if not _is_day(day)]
    for day in bad:
        yield f"{day!r} is no day such as 2022-03-10"
    if not bad and days[0] > days[1]:
        yield f"valid_to {days[1]} is before valid_from {days[0]}"


def _contradictions(rows: list[Row]) -> Iterator[str]:
    """What is wrong between rows that are each well formed."""
    for code in dict.fromkeys(row["rule_code"] for row in rows):
        versions = sorted((r for r in rows if r["rule_code"] == code), key=lambda r: r["valid_from"])
        for earlier, later in pairwise(versions):
            if earlier["valid_to"] >= later["valid_from"]:
                yield (
                    f"{code}: the version from {earlier['valid_from']} to {earlier['valid_to']} overlaps the "
                    f"one from {later['valid_from']}"
                )
        for column in _SAME_IN_ALL_VERSIONS:
            if len(values := sorted({row[column] for row in versions})) > 1:
                yield f"{code}: its versions differ in {column}: {', '.join(values)}"


def _is_number(text: str, least: int) -> bool:
    return re.fullmatch("[0-9]{1,9}", text) is not None and least <= int(text) <= _MOST


def _is_day(text: str) -> bool:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _plain(column: str, text: str) -> str:
    return str(int(text)) if text and column in (*_NUMBERS, *_CONDITIONS) else text
