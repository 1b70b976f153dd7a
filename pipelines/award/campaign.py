"""A campaign as data: its calendar, awards, quotas and rubrics, as the bundle froze them.

The tables and their columns are described in data/campaign/README.md; every row names its source.
"""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

EVERYWHERE = "*"
TABLES: dict[str, tuple[str, ...]] = {
    "campaigns": ("campaign_id", "campaign_name", "period_id", "issuer", "source"),
    "calendar": ("campaign_id", "stage_no", "stage", "stage_name", "starts_on", "ends_on", "source"),
    "awards": (
        "campaign_id", "award", "award_no", "award_name", "level", "decided_by", "stages", "needs_verified",
        "tie_rule", "rubric_id", "min_experts", "trim", "max_spread", "decimals", "source",
    ),
    "quotas": (
        "campaign_id", "award", "district_id", "group_id", "group_name", "stages", "places", "percent",
        "source",
    ),
    "rubrics": ("rubric_id", "criterion_no", "criterion_id", "criterion_name", "points", "source"),
    "rubric_elements": (
        "rubric_id", "criterion_id", "element_no", "element", "measures", "required_measure",
        "required_at_least", "source",
    ),
}  # fmt: skip
"""Name of each table to its columns."""


@dataclass(frozen=True)
class Stage:
    """A stage of the calendar, both days included."""

    stage: str
    name: str
    starts_on: date
    ends_on: date
    source: str

    def begun(self, on: date) -> "Stage":
        """The stage begun on another day, and as many days long."""
        return replace(self, starts_on=on, ends_on=on + (self.ends_on - self.starts_on))


@dataclass(frozen=True)
class Element:
    """What a criterion looks at; `measures` of the evidence speak for it, `required` is a number."""

    text: str
    measures: tuple[str, ...]
    required: tuple[str, Fraction] | None


@dataclass(frozen=True)
class Criterion:
    """A criterion of a rubric with the most points it gives."""

    criterion_id: str
    name: str
    points: int
    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Scoring:
    """How experts' scores become one: at least so many experts; so many of the highest and lowest dropped;
    totals further apart than `max_spread` are flagged; a score has at most so many decimals."""

    rubric_id: str
    criteria: tuple[Criterion, ...]
    min_experts: int
    trim: int
    max_spread: int
    decimals: int


@dataclass(frozen=True)
class Quota:
    """Places of a group of school stages: a number, or percent of the eligible, rounded down, at least 1."""

    group_id: str
    group_name: str
    stages: frozenset[str]
    places: int | None
    percent: Fraction | None

    def places_of(self, eligible: int) -> int:
        """How many places there are among so many eligible."""
        if self.places is not None:
            return self.places
        return max(1, int(self.percent * eligible / 100)) if eligible else 0


@dataclass(frozen=True)
class Award:
    """One award; `scoring` where experts decide it, None where the index does."""

    award: str
    number: int
    name: str
    level: str
    stages: frozenset[str]
    needs_verified: bool
    ties_win: bool
    scoring: Scoring | None
    quotas: dict[str, tuple[Quota, ...]]

    def quota(self, district_id: str, stage: str) -> Quota | None:
        """The quota of a district's schools of a stage; a district's own rows stand for those of all."""
        own = self.quotas.get(district_id, self.quotas.get(EVERYWHERE, ()))
        return next((q for q in own if stage in q.stages), None)


@dataclass(frozen=True)
class Campaign:
    """A campaign on the results of one period; `issuer` gives the awards where it is the city's."""

    campaign_id: str
    name: str
    period: str
    issuer: str
    calendar: dict[str, Stage]
    awards: dict[str, Award]

    @property
    def by_experts(self) -> list[Award]:
        """Awards that experts decide, in order."""
        return [award for award in self.awards.values() if award.scoring]
