"""What the explanation of an index and its ranks is made of; `StandingExplanation.to_json` holds all."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date


@dataclass
class Difference:
    """One rule's part in what lies between two indices: own value, the neighbour's, own minus neighbour's."""

    rule_code: str
    rule_name: str
    own: float
    theirs: float
    difference: float


@dataclass
class Neighbour:
    """Who stands at the next better or next lower rank; `tied` others share that rank.

    `points_to_draw_level` and `points_to_pass` are the points the lower of the two lacks, the number of its
    listed teachers being the same. `differences` add up to the difference of the two indices.
    """

    entity_id: str
    name: str
    rank: int
    tied: int
    points: int
    teachers: int
    value: float
    points_to_draw_level: int
    points_to_pass: int
    differences: list[Difference] = field(default_factory=list)


@dataclass
class RankedIn:
    """A rank within the school, the district or the city: `rank` of `of`, shared with `tied_with`."""

    scope: str
    rank: int
    of: int
    tied_with: list[str] = field(default_factory=list)
    above: Neighbour | None = None
    below: Neighbour | None = None


@dataclass
class IndicatorLine:
    """What one rule brings to an index."""

    indicator: str
    name: str
    points: int
    value: float | None
    city_rank: int | None


@dataclass
class Member:
    """A listed teacher of a school, or a school of a district; `value` is its own index."""

    entity_id: str
    name: str
    teachers: int
    points: int
    value: float | None


@dataclass
class LeftOut:
    """A teacher of the roster who is not listed, with the points that are in no index."""

    teacher_id: str
    name: str
    school_id: str
    status: str
    points: int


@dataclass
class StandingInPeriod:
    """One period's index. `value` and ranks are null where there is none, `not_ranked` says why.

    `made_of`, `members` and `left_out` are a school's or district's alone.
    """

    period_id: str
    period_name: str
    starts_on: date
    ends_on: date
    counted_on: date
    roster_on: str | None
    name: str = ""
    school_id: str | None = None
    district_id: str | None = None
    teachers: int = 0
    points: int = 0
    value: float | None = None
    not_ranked: str = ""
    ranks: list[RankedIn] = field(default_factory=list)
    made_of: list[IndicatorLine] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass
class StandingExplanation:
    """The index of a teacher, school or district in each period. `indicator` is `total` or a rule_code.

    `made_from` are the digests of what the results were made from.
    """

    level: str
    entity_id: str
    as_of: date
    run_id: str
    indicator: str
    periods: list[StandingInPeriod]
    doubts: list[str]
    made_from: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """The whole explanation as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=str)
