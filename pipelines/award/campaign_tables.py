"""Reads the tables of a campaign: all of what is wrong with them is told at once."""

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from pipelines.award.campaign import (
    TABLES,
    Award,
    Campaign,
    Criterion,
    Element,
    Quota,
    Scoring,
    Stage,
)
from pipelines.award.tables import Reader, Row, read_content, read_rows
from pipelines.errors import CockpitError
from pipelines.evidence.spaces import MEASURES
from pipelines.ingest.contract import ROSTER_VALUES

T = TypeVar("T")
_STAGES = ROSTER_VALUES["schools.csv", "stage"]


def load_campaign(folder: Path, period: str) -> Campaign:
    """The campaign of a period. Raises CockpitError that lists whatever is wrong with the tables."""
    tables = {
        name: read_rows(folder / f"{name}.csv", read_content(folder / f"{name}.csv"), columns)
        for name, columns in TABLES.items()
    }
    return _Loader(folder, tables).campaign(period)


def latest_period(folder: Path) -> str:
    """The period of the last campaign, by its id. Raises CockpitError where there is none."""
    path = folder / "campaigns.csv"
    rows = read_rows(path, read_content(path), TABLES["campaigns"])
    if not rows:
        raise CockpitError(f"{path}: holds no campaign")
    return max(rows, key=lambda row: row["campaign_id"])["period_id"]


class _Loader:
    def __init__(self, folder: Path, tables: dict[str, list[Row]]):
        self._folder, self._tables = folder, tables
        self._campaign_id = ""
        self._faults: list[str] = []

    def campaign(self, period: str) -> Campaign:
        mine = [row for row in self._tables["campaigns"] if row["period_id"] == period]
        if len(mine) != 1:
            raise CockpitError(
                f"{self._folder / 'campaigns.csv'}: has {len(mine)} campaigns of {period}, not one"
            )
        id_ = self._campaign_id = mine[0]["campaign_id"]
        calendar = {stage.stage: stage for stage in self._each("calendar", id_, _stage)}
        awards = sorted(self._each("awards", id_, self._award), key=lambda award: award.number)
        if len({award.award for award in awards}) < len(awards):
            self._faults.append(f"{self._folder / 'awards.csv'}: an award is there twice")
        if len({award.number for award in awards}) < len(awards):
            self._faults.append(f"{self._folder / 'awards.csv'}: two awards have one award_no")
        if missing := {"nomination", "publicity", "notice"} - calendar.keys():
            self._faults.append(f"{self._folder / 'calendar.csv'}: lacks {', '.join(sorted(missing))}")
        if self._faults:
            raise CockpitError("; ".join(dict.fromkeys(self._faults)))
        return Campaign(
            id_, mine[0]["campaign_name"], period, mine[0]["issuer"], calendar, {a.award: a for a in awards}
        )

    def _each(
        self, table: str, id_: str, read: Callable[[Reader], T], column: str = "campaign_id"
    ) -> list[T]:
        found = []
        for number, row in enumerate(self._tables[table], 1):
            if row[column] == id_ and row.get("campaign_id", self._campaign_id) == self._campaign_id:
                reader = Reader(f"{self._folder / table}.csv record {number}", row)
                found.append(read(reader))
                self._faults += reader.faults
        return found

    def _award(self, row: Reader) -> Award:
        award = row.text("award")
        is_by_experts = row.text("decided_by", ("experts", "index")) == "experts"
        return Award(
            award,
            row.number("award_no", 1),
            row.text("award_name"),
            row.text("level", ("teacher", "school")),
            _stages(row),
            row.text("needs_verified", ("true", "false")) == "true",
            row.text("tie_rule", ("include", "exclude")) == "include",
            self._scoring(row) if is_by_experts else None,
            self._quotas(award),
        )

    def _scoring(self, row: Reader) -> Scoring:
        rubric = row.text("rubric_id")
        criteria = tuple(self._each("rubrics", rubric, lambda r: self._criterion(rubric, r), "rubric_id"))
        if sum(c.points for c in criteria) != 100:
            row.fault(f"the points of rubric {rubric!r} are not 100")
        if len({c.criterion_id for c in criteria}) < len(criteria):
            row.fault(f"a criterion of rubric {rubric!r} is there twice")
        if len({c.name for c in criteria}) < len(criteria):
            row.fault(f"two criteria of rubric {rubric!r} have one name")
        scoring = Scoring(
            rubric, criteria, row.number("min_experts", 1), row.number("trim"), row.number("max_spread"),
            row.number("decimals"),
        )  # fmt: skip
        if scoring.min_experts <= 2 * scoring.trim:
            row.fault("trim leaves nothing of min_experts")
        return scoring

    def _criterion(self, rubric: str, row: Reader) -> Criterion:
        id_ = row.text("criterion_id")
        elements = self._each(
            "rubric_elements", rubric, lambda r: (r.text("criterion_id"), _element(r)), "rubric_id"
        )
        mine = tuple(element for of, element in elements if of == id_)
        return Criterion(id_, row.text("criterion_name"), row.number("points", 1), mine)

    def _quotas(self, award: str) -> dict[str, tuple[Quota, ...]]:
        found: dict[str, list[Quota]] = {}
        for of, district, quota in self._each("quotas", award, _quota, "award"):
            others = found.setdefault(district, [])
            if any(quota.stages & other.stages for other in others):
                self._faults.append(
                    f"{self._folder / 'quotas.csv'}: two groups of {of} in {district} share a stage"
                )
            if any(quota.group_id == other.group_id for other in others):
                self._faults.append(
                    f"{self._folder / 'quotas.csv'}: {of} in {district} has group {quota.group_id!r} twice"
                )
            others.append(quota)
        return {district: tuple(quotas) for district, quotas in found.items()}


def _stage(row: Reader) -> Stage:
    stage = Stage(
        row.text("stage"),
        row.text("stage_name"),
        row.day("starts_on"),
        row.day("ends_on"),
        row.text("source"),
    )
    if stage.starts_on > stage.ends_on:
        row.fault("starts after it ends")
    return stage


def _stages(row: Reader) -> frozenset[str]:
    stages = frozenset(row.text("stages").split("|"))
    if unknown := sorted(stages - set(_STAGES) - {""}):
        row.fault(f"stages has {', '.join(unknown)}, none of {', '.join(_STAGES)}")
    return stages


def _quota(row: Reader) -> tuple[str, str, Quota]:
    award, district = row.text("award"), row.text("district_id")
    places, percent = row.optional("places"), row.optional("percent")
    if bool(places) == bool(percent):
        row.fault("has to have either places or percent")
    quota = Quota(
        row.text("group_id"),
        row.text("group_name"),
        _stages(row),
        row.number("places") if places else None,
        _decimal(row, "percent") if percent else None,
    )
    return award, district, quota


def _element(row: Reader) -> Element:
    measures = tuple(filter(None, row.optional("measures").split("|")))
    required = row.optional("required_measure")
    if unknown := [m for m in (*measures, required) if m and m not in MEASURES]:
        row.fault(f"{', '.join(unknown)} is no measure of space_evidence")
    return Element(
        row.text("element"), measures, (required, _decimal(row, "required_at_least")) if required else None
    )


def _decimal(row: Reader, column: str) -> Fraction:
    text = row.text(column)
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        row.fault(f"{column} {text!r} is no number")
        return Fraction(0)
    return Fraction(text)
